import type { StreamEvent } from './event.ts';
import type { StandardSchemaV1 } from './standardSchema.ts';

/** What each kind of {@link StreamError} carries beside its message. */
export interface StreamErrorDetails {
  /** The server could not be reached, or the connection broke. */
  network: object;
  /** The stream ended before it had said that it was done, or a download before all of it had come. */
  incomplete: object;
  /** The stream was given up on purpose; what a `headers` function throws to end it. */
  aborted: object;
  /** A line or event was longer than `maxEventSize` characters. */
  size: { limit: number };
  /** The server did not answer (`open`) or sent nothing (`idle`) in time. */
  timeout: { phase: 'open' | 'idle' };
  /** The server refused with a status; `body` is the first 16 KiB of the answer, `retryAfter` is in milliseconds. */
  http: { status: number; body: string; retryAfter: number | null };
  /** The server answered with something that is not the expected stream. */
  contentType: { contentType: string | null; body: string };
  /** The job that a stream reports on has failed. */
  job: { event: StreamEvent };
  /** `parse` threw on an event. */
  parse: { event: StreamEvent };
  /** An event's data does not match its schema. */
  schema: { event: StreamEvent; issues: readonly StandardSchemaV1.Issue[] };
}

/** The error of one kind, with its details. */
export type StreamErrorOf<K extends keyof StreamErrorDetails> = K extends keyof StreamErrorDetails
  ? Error & { kind: K; url: string } & StreamErrorDetails[K]
  : never;

/**
 * Everything that can go wrong with a stream: a union over `kind`.
 *
 * `url` is the stream's address without credentials and without the values of its query.
 */
export type StreamError = StreamErrorOf<keyof StreamErrorDetails>;

type ErrorDetail<K extends keyof StreamErrorDetails> = StreamErrorDetails[K] & {
  url?: string;
  cause?: unknown;
};

interface StreamErrorConstructor {
  readonly prototype: StreamError;
  /** `detail` may be left out where the kind has none of its own. */
  new <K extends keyof StreamErrorDetails>(
    kind: K,
    message: string,
    ...detail: object extends StreamErrorDetails[K]
      ? [detail?: ErrorDetail<K>]
      : [detail: ErrorDetail<K>]
  ): StreamErrorOf<K>;
}

// The entries `.` and `./core` are built apart, so an error may come from the other copy of this class.
const brand = Symbol.for('use-event-stream.error');

class BrandedError extends Error {
  readonly [brand] = true;
  readonly url: string = '';
  constructor(
    readonly kind: keyof StreamErrorDetails,
    message: string,
    detail: { url?: string; cause?: unknown } = {},
  ) {
    super(message, 'cause' in detail ? { cause: detail.cause } : undefined);
    this.name = 'StreamError';
    const own = { ...detail };
    // The base class has taken it, as the property that is not enumerable.
    delete own.cause;
    Object.assign(this, own);
  }
  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && brand in value;
  }
}

/** The class of every error that a stream reports; `kind` tells them apart. */
export const StreamError = BrandedError as StreamErrorConstructor;
