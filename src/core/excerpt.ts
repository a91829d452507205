const longest = 200;

/** The beginning of a text from outside, as a message shows it: at most so many characters. */
export const excerpt = (text: string, length = longest): string =>
  text.length > length ? `${text.slice(0, length - 1)}…` : text;

/** The same in quotes, its control characters escaped. */
export const quoted = (text: string, length = longest): string =>
  excerpt(JSON.stringify(excerpt(text, length)), length);

/** An object's type, which the object itself may tell: a text of any kind. */
function typeName(value: unknown): string {
  try {
    const name = Object.prototype.toString.call(value);
    if (/^\[object [A-Z][A-Za-z]{0,29}\]$/.test(name)) return name;
  } catch {
    // Such as of a proxy that was revoked.
  }
  return '[object Object]';
}

/** A value of any kind, as a message shows it: of what may hold a secret or be of any size only the type. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  const isOpaque = Object(value) === value || typeof value === 'symbol';
  return isOpaque ? typeName(value) : excerpt(String(value));
}

/** What was thrown, as a message shows it. */
export const thrown = (cause: unknown): string =>
  cause instanceof Error ? excerpt(String(cause)) : shown(cause);
