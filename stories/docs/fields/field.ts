/** One row of a table of options, or of what a hook returns. Default and meaning are Markdown. */
export interface Field {
  readonly type: string;
  /** What holds if it is left out; none for what is required or returned. */
  readonly otherwise?: string;
  readonly meaning: string;
}

/** The rows of a table by their names. */
export type Table = Readonly<Record<string, Field>>;

/** What the anchors of each table begin with: no page has two of the same. */
const anchors = {
  eventStreamFields: 'option',
  definedStreamFields: 'defined',
  eventStreamResult: 'result',
  streamProgressFields: 'option',
  streamProgressResult: 'result',
  progressUpdateFields: 'update',
  logTailFields: 'option',
  logTailResult: 'result',
  logFilterFields: 'filter',
  requestFields: 'option',
  stateFields: 'result',
  controlFields: 'result',
  policyFields: 'policy',
  storeFields: 'store',
} as const;

export type TableName = keyof typeof anchors;

/** The anchor of a row, such as `option-headers`. */
export const anchorOf = (table: TableName, name: string): string => `${anchors[table]}-${name}`;
