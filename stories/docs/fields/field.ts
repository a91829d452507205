/** One row of a table of options, or of what a hook returns. Default and meaning are Markdown. */
export interface Field {
  readonly type: string;
  /** What holds where it is left out; none for what is required or returned. */
  readonly otherwise?: string;
  readonly meaning: string;
}

/** The rows of a table: one for each of these names, and no other. */
export type Rows<Names extends PropertyKey> = Readonly<Record<Names, Field>>;
