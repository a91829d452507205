const format = new Intl.NumberFormat('en');

/** A count as it is read: `1,204`. */
export const count = (value: number): string => format.format(value);

/** So many of something, such as `1 line` and `1,204 lines`. */
export const countOf = (value: number, what: string): string =>
  `${count(value)} ${what}${value === 1 ? '' : 's'}`;

const short = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

/** A count where there is little room: `61.9K` from 10,000 on. */
export const shortCount = (value: number): string =>
  value < 10_000 ? format.format(value) : short.format(value);
