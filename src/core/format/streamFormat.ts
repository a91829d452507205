/** The bytes of one chunk; backed by an ArrayBuffer, so that a Blob can be made of them. */
// Uint8Array<ArrayBuffer>, in a spelling that TypeScript before 5.7 knows too: there it would be `any`.
export type Bytes = ReturnType<Uint8ArrayConstructor['of']>;

/** What a decoder may use beside `push`. */
export interface DecodeContext {
  /** The longest line or event allowed, in UTF-16 code units. If one is longer, call `tooLong`. */
  maxEventSize: number;
  /**
   * The encoding that the content type of the answer names, as `TextDecoder` takes it. `utf-8` if it names
   * none, or one that is unknown.
   */
  charset: string;
  /**
   * Ends the stream with a `StreamError` of the kind `size`.
   * @throws That error, always.
   */
  tooLong: () => never;
  /** Sets the reconnection time, in milliseconds. */
  setRetry: (delay: number) => void;
  /** Tells of a comment, which is no event. Undefined if nobody listens. */
  onComment?: ((text: string) => void) | undefined;
}

/** Takes the chunks of one response, in order. */
export interface Decoder {
  /** Takes the next chunk. It may be cut anywhere, also inside a character. */
  chunk(bytes: Bytes): void;
  /** The response has ended cleanly: what is still held back is complete, or lost. */
  end(): void;
}

/**
 * How the bytes of a response become events.
 *
 * `decode` is called once for every response. It calls `push` for every event that it finds. If it throws,
 * the stream fails. If events have an `id`, a cut stream is resumed after the last one (`Last-Event-ID`);
 * without ids a cut fails it. A clean end closes it. Keep the object in a constant: another object is
 * another request.
 *
 * @example
 * A format of texts that end with a record separator:
 * ```ts
 * import type { StreamFormat } from 'use-event-stream';
 *
 * export const records: StreamFormat = {
 *   contentType: 'text/x-records',
 *   decode(push, { maxEventSize, tooLong }) {
 *     const decoder = new TextDecoder();
 *     let rest = '';
 *     return {
 *       chunk(bytes) {
 *         const texts = (rest + decoder.decode(bytes, { stream: true })).split('\u001E');
 *         rest = texts.pop() ?? '';
 *         for (const data of texts) push({ data });
 *         if (rest.length > maxEventSize) tooLong();
 *       },
 *       end() {
 *         if (rest !== '') push({ data: rest });
 *       },
 *     };
 *   },
 * };
 * ```
 */
export interface StreamFormat<T = string> {
  /**
   * The content type that is asked for (`Accept`), without parameters. The answer may have any other type but
   * `text/html`, unless that, or any type, is what you ask for.
   */
  contentType: string;
  /** Starts decoding one response. */
  decode(
    push: (event: { data: T; type?: string; id?: string }) => void,
    context: DecodeContext,
  ): Decoder;
}
