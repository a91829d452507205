import { StreamError } from '../error.ts';
import { excerpt, quoted } from '../excerpt.ts';
import type { RawEvent, StreamEvent } from '../event.ts';
import { errorText } from '../errorText.ts';
import { asker, tried, type Ask } from '../report.ts';

/** The event that ends a stream, or fails it: its type, its text as it came, or a test of it. */
export type Until<E> = string | { data: string } | ((event: E) => boolean);

/** Whether an event is the one that an option names; a test that throws, or gives a promise, says no. */
function isMatch(option: Until<RawEvent> | undefined, event: RawEvent, ask: Ask): boolean {
  if (option === undefined) return false;
  if (typeof option === 'function') return ask(() => option(event), false);
  return typeof option === 'string' ? event.type === option : event.data === option.data;
}

/**
 * Whether a test names an event that could not be decoded, its data as it came. It is written for what is
 * decoded: where it throws it says no, which is not reported.
 */
function isRawMatch(
  test: ((event: RawEvent) => boolean) | undefined,
  event: RawEvent,
  ask: Ask,
): boolean {
  const answer = tried(() => test?.(event), false);
  return ask(() => answer, false) === true;
}

/** Tells by `until` and `failOn` how a stream ends; a test that gives what is of no use is told of once. */
export class Ending {
  readonly #askUntil = asker('until');
  readonly #askFailOn = asker('failOn');

  /** Whether the event fails the stream. */
  isFailure(failOn: Until<RawEvent> | undefined, event: RawEvent): boolean {
    return isMatch(failOn, event, this.#askFailOn);
  }

  /** Whether a test fails the stream by an event that could not be decoded. */
  isRawFailure(test: ((event: RawEvent) => boolean) | undefined, event: RawEvent): boolean {
    return isRawMatch(test, event, this.#askFailOn);
  }

  /** Whether the event is the last one. */
  isLast(until: Until<RawEvent> | undefined, event: RawEvent): boolean {
    return isMatch(until, event, this.#askUntil);
  }

  /** How many of the events still count, and how they end the stream: an event has failed it, false where it goes on. */
  cut(
    events: readonly RawEvent[],
    { until, failOn }: { until: Until<RawEvent> | undefined; failOn: Until<RawEvent> | undefined },
  ): { taken: readonly RawEvent[]; ended: boolean | RawEvent } {
    for (const [index, event] of until === undefined && failOn === undefined
      ? []
      : events.entries()) {
      if (this.isFailure(failOn, event)) return { taken: events.slice(0, index), ended: event };
      // The text that ends a stream is not part of it.
      const count = typeof until === 'object' ? index : index + 1;
      if (this.isLast(until, event)) return { taken: events.slice(0, count), ended: true };
    }
    return { taken: events, ended: false };
  }
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
