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

/** What a value holds now: it may be changed in place afterwards. */
export const copied = (value: unknown, name = ''): unknown =>
  isCompared(name, value)
    ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, copied(each, key)]))
    : value;

/** Whether what an object of a class holds may change in place, as of a Headers, a FormData or URLSearchParams. */
const mayChange = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && ('forEach' in value || 'append' in value);

/**
 * Whether options ask for the same as those that were copied: by value, and whatever their functions are, for of
 * those the latest is called.
 */
export function isAlike(copy: unknown, value: unknown, name = ''): boolean {
  if (typeof copy !== 'object' || copy === null) {
    return Object.is(copy, value) || (typeof copy === 'function' && typeof value === 'function');
  }
  if (!isCompared(name, copy)) return copy === value && !mayChange(value);
  if (!isCompared(name, value)) return false;
  const keys = Object.keys(value);
  return (
    keys.length === Object.keys(copy).length &&
    keys.every((key) => isAlike(copy[key], value[key], key))
  );
}
