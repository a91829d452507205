import type { StreamEvent } from './event.ts';
import { excerpt } from './excerpt.ts';
import { bodyKeys, errorText, parsed } from './errorText.ts';
import type { StandardSchemaV1 } from './standardSchema.ts';

/** What an error of each kind carries beside its message. */
export interface StreamErrorDetails {
  /** The server could not be reached, or the connection broke. */
  network: object;
  /** The stream ended before it had said that it was done, or a download before all of it had come. */
  incomplete: object;
  /**
   * The stream was given up. It is what a `headers` function throws to end it, and what a request ends with
   * that can never be sent.
   */
  aborted: object;
  /** A line or an event was longer than `maxEventSize` allows. */
  size: { limit: number };
  /** The server did not answer (`open`) or sent nothing (`idle`) in time. */
  timeout: { phase: 'open' | 'idle' };
  /**
   * The server refused with a status. `body` is the first 16 KiB of its answer, `retryAfter` is in
   * milliseconds.
   */
  http: { status: number; body: string; retryAfter: number | null };
  /** The server answered with something else than the stream that was asked for. */
  contentType: { contentType: string | null; body: string };
  /** An event has said that the stream, or the job that it reports on, has failed (`failOn`). */
  job: { event: StreamEvent };
  /** `parse` threw on an event. */
  parse: { event: StreamEvent };
  /** The data of an event does not match its schema. */
  schema: { event: StreamEvent; issues: readonly StandardSchemaV1.Issue[] };
}

/** What every error of a stream has. Its `message` has at most 200 characters from the server. */
interface AnyStreamError<K> extends Error {
  kind: K;
  /** The address of the stream without credentials and without the values of its query; at most 200 characters. */
  url: string;
  /**
   * The server's own words, to show to a user: `error.reason ?? 'Something went wrong'`. At most 500
   * characters.
   *
   * Of the kinds `http` and `contentType` they come from the `body`. In JSON they are `detail` or `title` (RFC
   * 9457), `message`, `error_description`, `error` or the first of `errors`; else a short plain text. Of the
   * kind `job` they are what its event says. Null for HTML, for JSON of more than 64 KiB, and for other kinds.
   */
  readonly reason: string | null;
}

/** What an error has more, if the server has answered with something else than a stream. */
interface Answer {
  /** The `body` as JSON. Undefined if it is none, or if it is longer than what was read of it. */
  readonly json: unknown;
}

/** The error of one kind, with its details. */
export type StreamErrorOf<K extends keyof StreamErrorDetails> = K extends keyof StreamErrorDetails
  ? AnyStreamError<K> & StreamErrorDetails[K] & (K extends 'http' | 'contentType' ? Answer : object)
  : never;

/**
 * Everything that can go wrong with a stream: a union over `kind`. `reason` is for users, `message` for
 * developers.
 */
export type StreamError = StreamErrorOf<keyof StreamErrorDetails>;

type ErrorDetail<K extends keyof StreamErrorDetails> = StreamErrorDetails[K] & {
  url?: string;
  cause?: unknown;
  reason?: string | null;
};

interface StreamErrorConstructor {
  readonly prototype: StreamError;
  /** Makes an error. Leave out `detail` if the kind has none of its own. */
  new <K extends keyof StreamErrorDetails>(
    kind: K,
    message: string,
    ...detail: object extends StreamErrorDetails[K]
      ? [detail?: ErrorDetail<K>]
      : [detail: ErrorDetail<K>]
  ): StreamErrorOf<K>;
}

// An app may hold the package twice, imported and required: an error may come from the other copy of this class.
const brand = Symbol.for('use-event-stream.error');

const longestReason = 500;

// Markup, a JSON that is cut or broken, and what was no text at all.
const unreadable = /^[<{[]|\ufffd/;

/** What a body says to a person, if it is no JSON. */
function plainText(body: string, contentType: string | null | undefined): string | null {
  const isPlain = contentType == null || /^text\/plain\b/i.test(contentType);
  return isPlain && body.length <= longestReason && !unreadable.test(body) ? body : null;
}

// In a function of its own, so that who imports another word alone does not get it.
const makeClass = () =>
  class BrandedError extends Error {
    // On the prototype: compiled to a function, a class asks "is this one of mine" before any field is set.
    get [brand](): true {
      return true;
    }
    readonly url: string = '';
    declare readonly body?: string;
    declare readonly contentType?: string | null;
    declare readonly event?: StreamEvent;
    readonly #given: string | null;
    #reason: { text: string | null } | null = null;
    #json: { value: unknown } | null = null;
    constructor(
      readonly kind: keyof StreamErrorDetails,
      message: string,
      detail: { url?: string; cause?: unknown; reason?: string | null } = {},
    ) {
      super(message, 'cause' in detail ? { cause: detail.cause } : undefined);
      this.name = 'StreamError';
      const { reason = null, ...own } = detail;
      // The base class has taken it, as the property that is not enumerable.
      delete own.cause;
      this.#given = typeof reason === 'string' ? reason : null;
      Object.assign(this, own);
    }
    get json(): unknown {
      // With the white space goes a byte order mark, which is no JSON.
      this.#json ??= { value: parsed(this.body?.trim()) };
      return this.#json.value;
    }
    get reason(): string | null {
      if (!this.#reason) {
        const text = (this.#given ?? this.#words())?.trim() ?? '';
        this.#reason = { text: text === '' ? null : excerpt(text, longestReason) };
      }
      return this.#reason.text;
    }
    #words(): string | null {
      if (this.kind === 'job') return errorText(this.event?.data);
      const { json, contentType } = this;
      const body = this.body?.trim() ?? '';
      return json === undefined ? plainText(body, contentType) : errorText(body, bodyKeys);
    }
    static override [Symbol.hasInstance](value: unknown): boolean {
      return typeof value === 'object' && value !== null && brand in value;
    }
  };

/**
 * The class of every error that a stream reports. `kind` tells them apart.
 *
 * @example
 * ```ts
 * import type { StreamError } from 'use-event-stream';
 *
 * export function messageFor(error: StreamError): string {
 *   if (error.kind === 'http' && error.status === 404) return 'There is no such stream.';
 *   return error.reason ?? 'Something went wrong.';
 * }
 * ```
 */
export const StreamError = /* @__PURE__ */ makeClass() as StreamErrorConstructor;
