/** The bytes of one chunk; backed by an ArrayBuffer, so that a Blob can be made of them. */
// Uint8Array<ArrayBuffer>, in a spelling that TypeScript before 5.7 knows too: there it would be `any`.
export type Bytes = ReturnType<Uint8ArrayConstructor['of']>;

/** What a decoder may use beside `push`. */
export interface DecodeContext {
  /** The longest line or event allowed, in UTF-16 code units; past it call `tooLong`. */
  maxEventSize: number;
  /**
   * The encoding that the answer's content type names, as `TextDecoder` takes it; `utf-8` where it
   * names none, or one that is unknown.
   */
  charset: string;
  /** Ends the stream with a StreamError of kind `size`. */
  tooLong: () => never;
  /** Sets the reconnection time, in milliseconds. */
  setRetry: (delay: number) => void;
  /** Tells of a comment, which is no event; undefined where nobody listens. */
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
 * How the bytes of a response become events. A format of your own is an object like this one, of texts
 * that end with a record separator:
 *
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
 *
 * `decode` is called once for every response and calls `push` for every event it finds; what it
 * throws fails the stream. Once an event has an `id`, a cut stream is resumed after it
 * (`Last-Event-ID`); without ids a cut fails it. A clean end closes it.
 */
export interface StreamFormat<T = string> {
  /**
   * The content type asked for (`Accept`), without parameters. The answer may have any other but
   * `text/html`; where a web page is what is wanted, ask for that, or for any type.
   */
  contentType: string;
  /** Starts decoding one response. */
  decode(
    push: (event: { data: T; type?: string; id?: string }) => void,
    context: DecodeContext,
  ): Decoder;
}
