import type { DecodeOptions } from '../observer/decode.ts';
import type { RawEvent } from '../event.ts';
import type { ListBounds } from '../observer/boundedList.ts';
import type { SnapshotOption } from './snapshots.ts';
import type { Until } from '../observer/until.ts';

/** The options of an accumulator of events; functions are read again for every batch. */
export interface EventAccumulatorOptions extends DecodeOptions {
  until?: Until<RawEvent> | undefined;
  failOn?: Until<RawEvent> | undefined;
  maxEvents?: number | undefined;
  maxAge?: number | undefined;
  maxBytes?: number | undefined;
  initial?: unknown;
  snapshot?: SnapshotOption<unknown> | undefined;
  reset?: string | undefined;
  reduce?: ((state: unknown, events: readonly RawEvent[]) => unknown) | undefined;
}

const defaultBytes = 16_777_216;

/** How many events are kept. */
export const maxEventsOf = ({ maxEvents, maxAge }: EventAccumulatorOptions): number =>
  maxEvents ?? (maxAge === undefined ? 100 : 10_000);

/** How many events are kept, and how much of them. */
export const boundsOf = (options: EventAccumulatorOptions): ListBounds => ({
  maxItems: maxEventsOf(options),
  maxSize: options.maxBytes ?? defaultBytes,
});

/** An end that has to be tested with the typed event. */
export const asTest = (option: Until<RawEvent> | undefined) =>
  typeof option === 'function' ? option : undefined;

/** An end that can be told without decoding. */
export const untested = (option: Until<RawEvent> | undefined) =>
  typeof option === 'function' ? undefined : option;

/** A test of the end, where there is one: then each event is decoded as it comes. */
export const testOf = ({ until, failOn }: EventAccumulatorOptions) =>
  asTest(until) ?? asTest(failOn);
