const format = new Intl.NumberFormat('en');

/** A count as it is read: `1,204`. */
export const count = (value: number): string => format.format(value);

/** So many of something, such as `1 line` and `1,204 lines`. */
export const countOf = (value: number, what: string): string =>
  `${count(value)} ${what}${value === 1 ? '' : 's'}`;
