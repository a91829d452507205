import { StreamError } from './error.ts';
import { excerpt, quoted } from './excerpt.ts';
import type { RawEvent, StreamEvent } from './event.ts';
import { errorText } from './progressUpdate.ts';
import { tried, type Ask } from './report.ts';

/** The event that ends a stream, or fails it: its type, its text as it came, or a test of it. */
export type Until<E> = string | { data: string } | ((event: E) => boolean);

/** Whether an event is the one that an option names; a test that throws, or gives a promise, says no. */
export function isMatch(option: Until<RawEvent> | undefined, event: RawEvent, ask: Ask): boolean {
  if (option === undefined) return false;
  if (typeof option === 'function') return ask(() => option(event), false);
  return typeof option === 'string' ? event.type === option : event.data === option.data;
}

/**
 * Whether a test names an event that could not be decoded, its data as it came. It is written for what is
 * decoded: where it throws it says no, which is not reported.
 */
export function isRawMatch(
  test: ((event: RawEvent) => boolean) | undefined,
  event: RawEvent,
  ask: Ask,
): boolean {
  const answer = tried(() => test?.(event), false);
  return ask(() => answer, false) === true;
}

/** Where a batch ends the stream: how many of its events still count, or null where it goes on. */
export function endOfStream(
  until: Until<RawEvent> | undefined,
  events: readonly RawEvent[],
  ask: Ask,
): number | null {
  if (until === undefined) return null;
  const index = events.findIndex((event) => isMatch(until, event, ask));
  if (index === -1) return null;
  return typeof until === 'object' ? index : index + 1;
}

/** The error of a stream that an event has failed; the reason is the event's own, unless somebody has read it. */
export function jobError(
  event: RawEvent,
  url: string,
  reason: string | null = errorText(event.data),
): StreamError {
  const type = quoted(event.type);
  const message = reason
    ? excerpt(reason)
    : `${url} told of a failure by an event of the type ${type}; it gave no reason.`;
  // What another format has made of the data is typed as text here, as it is for parsers.
  return new StreamError('job', message, { event: event as StreamEvent, reason, url });
}
