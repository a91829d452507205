import { tried } from './report.ts';

/** Whether a value is an object or a list, and no bytes. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !ArrayBuffer.isView(value);

/** The value of a text of JSON, undefined if it is none. What is no text is given back. */
export function parsed(data: unknown): unknown {
  if (typeof data !== 'string') return data;
  try {
    return JSON.parse(data) as unknown;
  } catch {
    // Other events, such as the lines of a log, may come on the same stream.
    return undefined;
  }
}

/** How much of a text is looked at for words, in code units. */
const lookAt = 65_536;
/** How many of its values, and how many entries of each. */
const mostValues = 2_000;

/** A text that says something. */
export const words = (value: unknown): string | null =>
  typeof value === 'string' && value.trim() !== '' ? value : null;

const otherKeys = ['detail', 'error_description', 'title', 'msg', 'reason', 'errors'];

/** Where an event says why: what it calls its `message` may be of something else. */
const eventKeys = /* @__PURE__ */ ['error', 'message', 'errorText'].concat(otherKeys, 'response');

/** Where an answer says why (RFC 9457, section 3.1; RFC 6749, section 5.2): its `error` may be a mere code. */
export const bodyKeys = /* @__PURE__ */ ['message'].concat(otherKeys, 'error');

/** The field of a name, which .NET may write with a capital letter. */
const fieldOf = (record: Record<string, unknown>, key: string): unknown =>
  record[key] ?? record[key.charAt(0).toUpperCase() + key.slice(1)];

/**
 * The first of the texts by field, as in `{"name": ["can't be blank"]}`, with the name of its field; at
 * the root of an answer only lists are such.
 */
function fieldError(errors: unknown, isRoot = false): string | null {
  if (!isRecord(errors) || Array.isArray(errors)) return null;
  for (const name of Object.keys(errors).slice(0, mostValues)) {
    const value = errors[name];
    const text = words(Array.isArray(value) ? value[0] : isRoot ? null : value);
    if (text !== null) return name === 'non_field_errors' ? text : `${name}: ${text}`;
  }
  return null;
}

/** What of a list or a record may say why, the likeliest first. */
function sayings(value: Record<string, unknown>, keys: readonly string[]): unknown[] {
  if (Array.isArray(value)) return value.slice(0, mostValues) as unknown[];
  const isNested = isRecord(fieldOf(value, 'error'));
  const order = isNested ? ['error', ...keys.filter((key) => key !== 'error')] : keys;
  return order.flatMap((key) => {
    const saying = fieldOf(value, key);
    if (saying === undefined) return [];
    return key === 'errors' ? [saying, fieldError(saying)] : [saying];
  });
}

/** How JSON begins that is no number. */
const mayBeJson = /^\s*[{["]/;

function firstWords(data: unknown, keys: readonly string[]): string | null {
  if (typeof data === 'string' && data.length > lookAt) {
    const head = data.slice(0, lookAt);
    return mayBeJson.test(head) ? null : words(head);
  }
  const value = parsed(data);
  // What is no JSON is a text, and a number may say something; true and null do not.
  if (value === undefined) return words(data);
  if (typeof value === 'number') return String(data);
  // No recursion, for a server may nest as deep as it likes.
  const waiting: unknown[] = [value];
  for (let left = mostValues; waiting.length > 0 && left > 0; left--) {
    const next = waiting.pop();
    if (words(next) !== null) return words(next);
    if (isRecord(next)) waiting.push(...sayings(next, keys).reverse());
  }
  return keys === bodyKeys ? fieldError(value, true) : null;
}

/**
 * Why something has failed, in the server's words: a text as it is, or of JSON the first of these keys
 * that says something, also in an `error` or a list. Null where nothing does, or it cannot be read.
 */
export const errorText = (data: unknown, keys: readonly string[] = eventKeys): string | null =>
  tried(() => firstWords(data, keys), null);
