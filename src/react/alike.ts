type Plain = Readonly<Record<string, unknown>>;

/** Objects and lists that are written down, and not made by a class. */
function isPlain(value: unknown): value is Plain {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === Array.prototype || prototype === null;
}

// A format is told by which object it is: its functions say how bytes are read.
const isCompared = (name: string, value: unknown): value is Plain =>
  name !== 'format' && isPlain(value);

/** Options that may be of any size and shape, and ask for nothing. */
const asksNothing = (name: string): boolean => name === 'initial' || name === 'steps';

/** What a value holds now: it may be changed in place afterwards. */
export function copied(value: unknown, name = ''): unknown {
  if (asksNothing(name)) return undefined;
  if (!isCompared(name, value)) return value;
  const entries = Object.entries(value);
  return Object.fromEntries(entries.map(([key, each]) => [key, copied(each, key)]));
}

/** Whether what an object of a class holds may change in place, as of a Headers, a FormData or URLSearchParams. */
const mayChange = (name: string, value: object): boolean =>
  name === 'headers' || 'forEach' in value || 'append' in value;

/** Of most functions the latest is called, whichever a request was made with; not of these. */
const isLatest = (name: string): boolean => name !== 'body' && name !== 'shouldReconnect';

/**
 * Whether options ask for the same as those that were copied: by value, and whatever their functions are, for of
 * those the latest is called.
 */
export function isAlike(copy: unknown, value: unknown, name = ''): boolean {
  if (asksNothing(name)) return true;
  if (typeof copy !== 'object' || copy === null) {
    if (Object.is(copy, value)) return true;
    return typeof copy === 'function' && typeof value === 'function' && isLatest(name);
  }
  if (!isCompared(name, copy)) return copy === value && !mayChange(name, copy);
  if (!isCompared(name, value)) return false;
  const keys = Object.keys(value);
  return (
    keys.length === Object.keys(copy).length &&
    keys.every((key) => Object.hasOwn(copy, key) && isAlike(copy[key], value[key], key))
  );
}
