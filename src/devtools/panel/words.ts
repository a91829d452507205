/** A number of bytes in the unit that suits it. */
export function bytes(count: number): string {
  if (count < 1_000) return `${Math.round(count)} B`;
  const [value, unit] = count < 1_000_000 ? [count / 1_000, 'kB'] : [count / 1_000_000, 'MB'];
  return `${value.toFixed(value < 10 ? 1 : 0)} ${unit}`;
}

/** A whole number with its groups parted. */
export const count = (value: number): string => value.toLocaleString('en');

/** A rate, with a decimal if it is low. */
export const rate = (value: number): string =>
  value > 0 && value < 10 ? value.toFixed(1) : count(Math.round(value));

const two = (value: number) => String(value).padStart(2, '0');

/** The time of day, to the millisecond. */
export function time(at: number): string {
  const date = new Date(at);
  const clock = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
  return `${clock}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

/** A wait in seconds. */
export const seconds = (ms: number): string => `${(Math.max(0, ms) / 1_000).toFixed(1)} s`;

/** The part of an address that tells streams of one server apart. */
export const pathOf = (url: string): string => url.replace(/^https?:\/\/[^/]+(?=\/)/, '');
