/**
 * One event of a stream, as components see it.
 *
 * For Server-Sent Events it is the dispatched event of the HTML standard (section 9.2.6). For the other
 * formats it is one line, one JSON text or one chunk, of the type `message`.
 */
export interface StreamEvent<T = string, K = string> {
  /** The name of the event: the field `event`, or `message` if there was none. */
  type: K;
  /** What it carries: the text as it came, or what `parse`, `schema` or the event map made of it. */
  data: T;
  /** The last event id of the stream when this event arrived. Empty if none was ever sent. */
  lastEventId: string;
  /** Counts the events of one connection from 1, also across reconnects. */
  sequence: number;
  /** When the event was read, in milliseconds since the epoch. */
  receivedAt: number;
}

/** An event as the connection delivers it, before anything was parsed. */
export type RawEvent = StreamEvent<unknown>;

// V8 copies slices this short; a longer slice keeps the whole decoded network chunk alive.
const shortestSlice = 13;

/** A copy of a text that does not keep the chunk alive from which it was cut. */
export function flat(text: string): string {
  return text.length < shortestSlice ? text : (' ' + text).slice(1);
}

/** The same, for a text that is kept long: smaller than `flat` makes it, and slower to make, in Firefox above all. */
export function compact(text: string): string {
  if (text.length < shortestSlice) return text;
  const middle = text.length >> 1;
  // Joining copies; a slice of two texts put together would be an object more.
  return [text.slice(0, middle), text.slice(middle)].join('');
}

/** The event, its texts copied flat, so that keeping it does not keep its network chunk. */
export function retained(event: RawEvent): RawEvent {
  const { type, data, lastEventId } = event;
  return {
    ...event,
    type: flat(type),
    data: typeof data === 'string' ? flat(data) : data,
    lastEventId: flat(lastEventId),
  };
}
