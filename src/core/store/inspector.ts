import type { ConnectionState } from '../connection/connectionState.ts';
import type { Bytes } from '../format/streamFormat.ts';

/** What one hook makes of a stream, as an inspector sees it at this moment. */
export interface InspectedHook {
  /** What it shows: the state of `reduce`, the data of the newest event, or what the hook returns. */
  readonly value: unknown;
  /** Whether `value` is the state of `reduce`. */
  readonly folds: boolean;
  /** How often it has given a component something to render; it only rises. */
  readonly commits: number;
  /** How many events or lines have fallen out of its buffer. */
  readonly dropped: number;
}

/** One stream, as an inspector sees it. What it says is of the moment in which it is read. */
export interface InspectedStream {
  /** Tells the streams of one inspection apart. */
  readonly id: string;
  /** The address without credentials and without the values of its query; at most 200 characters. */
  readonly url: string;
  /** The method of the first request. */
  readonly method: string;
  /** How it is read; `source` where the option `source` gives it. */
  readonly transport: 'fetch' | 'eventsource' | 'source';
  /** What it is doing. */
  readonly state: ConnectionState;
  /** How many are on it. */
  readonly subscribers: number;
  /** Whether its store still has it: false once everybody has left. */
  readonly isKept: boolean;
  /** The hooks that are on it. */
  readonly hooks: readonly InspectedHook[];
  /** Breaks the line, as a network does; does nothing where there is none. What follows is what always follows. */
  cut(): void;
  /** Tries at once where a try is waited for, and once more where it has failed; does nothing otherwise. */
  reconnect(): void;
}

/** One attempt to open a stream. */
export interface InspectedAttempt {
  /** 0 for the first one; after that the tries since the stream was last healthy. */
  readonly number: number;
  /** The event id that it asks to go on after. Empty where there is none. */
  readonly lastEventId: string;
}

/** What was sent. */
export interface InspectedRequest extends InspectedAttempt {
  /** Its method, in capitals. */
  readonly method: string;
  /** Its headers by their names in small letters. Values that may be a secret are `•••`. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What the server has answered. */
export interface InspectedResponse {
  /** The status, such as 200. */
  readonly status: number;
  /** The headers that a page may read. Values that may be a secret are `•••`. */
  readonly headers: Readonly<Record<string, string>>;
}

/** An event as it came, before anything was parsed. */
export interface InspectedEvent {
  /** Its name; `message` where it has none. */
  readonly type: string;
  /** The id of its own block; null where the block has none. With EventSource the last one of the stream. */
  readonly id: string | null;
  /** What it carries. */
  readonly data: unknown;
}

/**
 * Who looks into the streams of a store. Every function is optional. What one of them throws is reported, and changes
 * nothing; only what `fetch` throws is taken for what a network does.
 */
export interface StreamInspector {
  /** A stream has come to another state; `stream.state` has it, with the error of a failed try. */
  onState?(stream: InspectedStream): void;
  /**
   * An attempt begins. It waits for a promise that is returned; where that rejects, the attempt has failed as it
   * does without a network.
   */
  onAttempt?(stream: InspectedStream, attempt: InspectedAttempt): void | Promise<void>;
  /** A request leaves. Only with fetch. */
  onRequest?(stream: InspectedStream, request: InspectedRequest): void;
  /** A server has answered. Not with EventSource. */
  onResponse?(stream: InspectedStream, response: InspectedResponse): void;
  /** Bytes have come, cut anywhere. They must not be changed. Not with EventSource. */
  onChunk?(stream: InspectedStream, bytes: Bytes): void;
  /** All events of one chunk, also those that were had before and are not delivered once more; none where it has no end of one. */
  onEvents?(stream: InspectedStream, events: readonly InspectedEvent[]): void;
  /** Stands before `fetch`: `send()` sends the request. What is returned is taken for the server's answer. Only with fetch. */
  fetch?(stream: InspectedStream, send: () => Promise<Response>): Promise<Response>;
}
