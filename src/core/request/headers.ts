import { quoted, shown } from '../excerpt.ts';
import type { HeadersOption } from './requestOptions.ts';
import { byteLength } from '../size.ts';

// RFC 9110, section 5.5: a field value has no control character but the tab. A browser would send
// some of them, and the server would refuse the request for good.
const unsendable = /[^\t\x20-\x7e\x80-\uffff]/;
// Common servers refuse a header of more than 8 KiB, with a status that would end the stream.
const longestId = 8_000;

/** Whether a request can ask to go on after this event id. */
export const isSendableId = (id: string): boolean =>
  !unsendable.test(id) && (id.length * 3 <= longestId || byteLength(id) <= longestId);

const hasMethod = (value: object, ...names: PropertyKey[]): boolean =>
  names.some((name) => typeof Reflect.get(value, name) === 'function');

/** Headers as they are now, for they are part of the key: who changes them asks for something else. A function is left as it is. */
export const copiedHeaders = (headers: HeadersOption | undefined): HeadersOption | undefined =>
  headers === undefined || typeof headers === 'function' ? headers : headersOf(headers);

const badHeader = (what: string) =>
  new TypeError(`use-event-stream: \`headers\` has ${what} that HTTP does not allow.`);

/** The value as it will be sent; null where it cannot be. */
function sentValue(name: string, value: string): string | null {
  try {
    return new Headers([[name, value]]).get(name);
  } catch {
    return null;
  }
}

function checkHeader(name: string, value: string): void {
  if (sentValue(name, '') === null) throw badHeader('a name');
  if (unsendable.test(sentValue(name, value) ?? '\0')) {
    throw badHeader(`a value for ${quoted(name)}`);
  }
}

const refuseHeaders = (is: string): never => {
  throw new TypeError(
    `use-event-stream: the option \`headers\` is ${is}; it must be a Headers, an object, a list of pairs or a function.`,
  );
};

// Some give their entries only once, and are asked in every render and for every attempt.
const listed = /* @__PURE__ */ new WeakMap<object, readonly unknown[]>();

function listOf(entries: Iterable<unknown>): readonly unknown[] {
  if (Array.isArray(entries)) return entries as readonly unknown[];
  const list = listed.get(entries) ?? [...entries];
  // A Headers, a Map, a FormData or URLSearchParams may have changed meanwhile.
  if ('next' in entries || !('forEach' in entries)) listed.set(entries, list);
  return list;
}

const isIterable = (value: unknown): value is Iterable<unknown> =>
  typeof value === 'object' && value !== null && hasMethod(value, Symbol.iterator);

/** The entries of an object of headers; of what is none, such as a promise, there are none either. */
function recordOf(init: object): readonly unknown[] {
  const entries = Object.entries(init).filter(([, value]) => value !== undefined);
  const prototype: unknown = Object.getPrototypeOf(init);
  const isPlain = prototype === null || Object.getPrototypeOf(prototype) === null;
  if (isPlain || entries.length > 0) return entries;
  return refuseHeaders('an object that has none');
}

function entriesOf(init: unknown): readonly unknown[] {
  if (typeof init !== 'object' || init === null) {
    return refuseHeaders(`of the type ${init === null ? 'null' : typeof init}`);
  }
  return isIterable(init) ? listOf(init) : recordOf(init);
}

/** A name and its value; a text is no pair, though it could be taken apart like one. */
function pairOf(entry: unknown): readonly [string, string] {
  const pair = isIterable(entry) ? listOf(entry) : [];
  const [name, value] = pair;
  if (typeof name !== 'string' || pair.length !== 2) {
    return refuseHeaders('a list of something else than pairs of a name and a value');
  }
  if (['string', 'number', 'boolean', 'bigint'].includes(typeof value))
    return [name, String(value)];
  throw new TypeError(
    `use-event-stream: \`headers\` has ${shown(value)} for ${quoted(name)}; a value must be a text.`,
  );
}

/** The headers; a TypeError names the one that cannot be sent, and never shows its value. */
export function headersOf(init: HeadersInit): Headers {
  const headers = new Headers();
  for (const [name, value] of entriesOf(init).map(pairOf)) {
    checkHeader(name, value);
    headers.append(name, value);
  }
  return headers;
}

/** Checks headers that are no functions. */
export function checkStaticHeaders(options: readonly HeadersOption[]): void {
  for (const option of options) if (typeof option !== 'function') headersOf(option);
}
