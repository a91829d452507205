import type { RawEvent } from './event.ts';

/** What each event or row counts beside its text: the objects that hold it. */
export const itemCost = 64;

/**
 * What each line of an event but its first counts within `maxEventSize` beside its characters: text that
 * is put together of lines is held as a list of them, until somebody reads it.
 */
export const lineCost = 32;

/** Whether the text of an event is longer than allowed. */
export function isTooLong(text: string, limit: number): boolean {
  // Mostly the length alone tells.
  if (text.length * (1 + lineCost) <= limit) return false;
  let size = text.length;
  for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', end + 1)) {
    size += lineCost;
    if (size > limit) break;
  }
  return size > limit;
}

const beyondAscii = /[\u0080-\uffff]/;
// Shorter ones are counted sooner than searched.
const shortestSearch = 16;

/** How many bytes a text has in UTF-8. */
export function byteLength(text: string): number {
  if (text.length >= shortestSearch && !beyondAscii.test(text)) return text.length;
  let bytes = text.length;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit > 0x7f) bytes += 1;
    // The two halves of a pair make four bytes: each counts for two.
    if (unit > 0x7ff && !(unit >= 0xd800 && unit <= 0xdfff)) bytes += 1;
  }
  return bytes;
}

// What a format of one's own makes has no size that is known.
const viewSize = (data: unknown): number => (ArrayBuffer.isView(data) ? data.byteLength : 0);

/** How much an event counts before it is decoded: data, type and id in bytes of UTF-8, and {@link itemCost}. */
export function eventSize({ type, data, lastEventId }: RawEvent): number {
  const size = typeof data === 'string' ? byteLength(data) : viewSize(data);
  return itemCost + size + byteLength(type) + byteLength(lastEventId);
}

/** The same at least, without a look at the text: for what is on its way. */
export function leastEventSize({ type, data, lastEventId }: RawEvent): number {
  const size = typeof data === 'string' ? data.length : viewSize(data);
  return itemCost + size + type.length + lastEventId.length;
}
