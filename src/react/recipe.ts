import type { RawEvent } from '../core/event.ts';
import type { EventValue } from '../core/events/eventAccumulator.ts';
import type { EventAccumulatorOptions } from '../core/events/eventOptions.ts';
import type { Format } from '../core/format/format.ts';
import type { ObserverCallbacks } from '../core/observer/snapshot.ts';
import type { EventCallbacks } from './eventStreamOptions.ts';
import type { SourceOptions, StreamOptions } from './streamOptions.ts';

/** What a stream is made of, its types forgotten: the overloads have checked them. */
export type Recipe = StreamOptions<RawEvent> &
  SourceOptions &
  EventAccumulatorOptions &
  EventCallbacks<RawEvent, unknown> & {
    format?: Format | undefined;
    throttle?: 'frame' | number | undefined;
  };

/** A part of what a stream has come to. */
export type Shown = (value: EventValue) => unknown;

/** What `select` is given: the state of a reducer, or the events. */
export const selectable =
  (isReduced: boolean): Shown =>
  ({ data, events }) =>
    isReduced ? data : events.toArray();

/** The state of a reducer, or the newest event's data. */
export const newest: Shown = ({ data }) => data;

/** The callbacks of a hook or a definition, given the part of the value that they are told. */
export function handlersOf(
  hook: EventCallbacks<RawEvent, unknown>,
  dataOf: Shown,
): ObserverCallbacks<EventValue> {
  const { onEvent, onEvents, onOpen, onError, onReject, onClose, onComment, onRestart } = hook;
  return {
    onOpen,
    onError,
    onReject,
    onComment,
    onRestart,
    onClose:
      onClose &&
      (({ reason, value }) => {
        onClose({ reason, data: dataOf(value) });
      }),
    onEvent,
    onEvents,
  };
}
