/** One row of a table of options, or of what a hook returns. Default and meaning are Markdown. */
export interface Field {
  readonly type: string;
  /** What holds if it is left out; none for what is required or returned. */
  readonly otherwise?: string;
  readonly meaning: string;
}

/** The rows of a table by their names. */
export type Table = Readonly<Record<string, Field>>;
