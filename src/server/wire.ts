import type { NewEvent, StoredEvent } from './history.ts';

/** One event of an async iterable. */
export interface ServerEvent {
  /** A text is sent as it is, all else as JSON. */
  readonly data: unknown;
  /** The name of the event. @defaultValue `'message'` */
  readonly type?: string | undefined;
  /** The id to go on after it; one line. @defaultValue none */
  readonly id?: string | undefined;
}

const encoder = /* @__PURE__ */ new TextEncoder();

/** A text on the wire. */
export const encode = (text: string): Uint8Array => encoder.encode(text);

/** A value as the text of an event: a text as it is, all else as JSON. */
export function dataOf(value: unknown): string {
  if (typeof value === 'string') return value;
  let text: unknown;
  let cause: unknown;
  try {
    text = JSON.stringify(value);
  } catch (error) {
    cause = error;
  }
  if (typeof text !== 'string')
    throw new TypeError(
      `use-event-stream: JSON cannot hold this ${typeof value}; send a text, or what it can hold.`,
      { cause },
    );
  return text;
}

/** Checks the name or the id of an event: a line break in it would begin a line of its own. */
export function checkLine(text: string | undefined, what: string): void {
  if (text !== undefined && /[\r\n\0]/.test(text))
    throw new TypeError(
      `use-event-stream: the ${what} of an event must be one line without NUL; it is ${JSON.stringify(text)}.`,
    );
}

/** An event whose data is text. */
type WireEvent = NewEvent & { readonly id?: string | undefined };

/** An event on the wire; nothing of what is a mark. */
export function wireOf({ id, type = 'message', data }: WireEvent): string {
  if (type.startsWith('\n')) return '';
  const head =
    (id === undefined ? '' : `id: ${id}\n`) + (type === 'message' ? '' : `event: ${type}\n`);
  return `${head}data: ${data.replaceAll(/\r\n?|\n/g, '\ndata: ')}\n\n`;
}

/** What is iterated: events, or several at once, which are sent in one write. */
export type ServerEvents = AsyncIterable<ServerEvent | readonly ServerEvent[]>;

/** What an async iterable has given, on the wire. */
export const wireOfItems = (items: ServerEvent | readonly ServerEvent[]): string =>
  'data' in items ? wireOfItem(items) : items.map(wireOfItem).join('');

function wireOfItem({ id, type, data }: ServerEvent): string {
  checkLine(id, 'id');
  checkLine(type, 'type');
  return wireOf({ id, type, data: dataOf(data) });
}

let newest: StoredEvent | undefined;
let newestBytes: Uint8Array | undefined;

/** An event as bytes. All who follow a topic are told one after another: it is encoded for the first of them. */
export function bytesOf(event: StoredEvent): Uint8Array {
  if (event !== newest || !newestBytes) {
    newest = event;
    newestBytes = encode(wireOf(event));
  }
  return newestBytes;
}
