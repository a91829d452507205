import type { Answer } from '../connection/answer.ts';
import type { OpenInfo } from '../connection/connectionListener.ts';
import type { ConnectionState } from '../connection/connectionState.ts';
import type { Rejection } from './decode.ts';
import type { RawEvent } from '../event.ts';

/** What an observer folds the events of a stream into. */
export interface Accumulator<V> {
  /** `all`: a gap in the events would make the value wrong. `rest`: they are asked for again where that can be, or the gap is told. */
  readonly needs?: 'all' | 'rest' | undefined;
  /** How many events it shows; so many are recognised where a server sends them again. */
  readonly keeps?: number;
  /**
   * Takes the next events; true where they have ended the stream, the event where one has failed it.
   * `live` is false for a replay.
   */
  push(events: readonly RawEvent[], live: boolean): boolean | RawEvent;
  /** The value to show now: immutable, and the same object as long as nothing has changed. */
  value(): V;
  /** Back to the beginning. */
  clear(): void;
  /** What it has come to, to be kept where `asked`; null where that is not to be kept, undefined where it cannot be now. */
  save?(asked: boolean | undefined): { state: unknown } | null | undefined;
  /** Goes on from what it has saved. */
  restore?(state: unknown): void;
  /** What a paused observer shows, given what it was paused on; default exactly that. */
  whilePaused?(frozen: V): V;
  /** Hears of every state of the connection; true, or an event, where that one has ended the stream. */
  stateChanged?(state: ConnectionState): boolean | RawEvent;
  /** Somebody watches, until the signal is aborted. */
  watched?(signal: AbortSignal): void;
  /** Hears that another run begins, also in the middle of a push: what is left of that is of the run before. */
  begin?(): void;
  /** Hears that events are missing before those that come next, and how many; null for an unknown number. */
  gap?(missing: number | null): void;
  /** Hears that the server has answered, before the events of that answer. */
  opened?(info: OpenInfo): void;
  /** Is given the answer of the connection that it hears of; also one that it has been given before. */
  answered?(answer: Answer): void;
  /** In how many milliseconds the value changes by the mere passing of time; null for never. */
  refreshIn?(): number | null;
}

/** By which an accumulator reaches the callbacks of the hooks that watch it. */
export interface Emitter {
  /** Whether somebody wants each event by itself. */
  wantsEach(): boolean;
  /** Hands a live event to the callbacks; false where one of them has ended the run. */
  event(event: RawEvent): boolean;
  /** Hands the live events of one chunk to the callbacks. */
  events(events: readonly RawEvent[]): void;
  /** Publishes with the next frame: the value was changed from outside. */
  refresh(): void;
  /** With the event of this number the server has begun from the start. */
  restarted(sequence: number): void;
  /** Gives it events that it has put off. */
  feed(events: readonly RawEvent[]): void;
  /** Whether the stream can be asked to go on behind an event. */
  readonly canResume: boolean;
  /** Has the stream go on behind this event. */
  resumeFrom(lastEventId: string): void;
  /** In milliseconds; 0 is no limit. */
  readonly openTimeout: number;
  /** Tells of a live event that could not be decoded. */
  reject(error: Rejection): void;
}
