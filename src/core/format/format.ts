import type { WireEvent } from './wireEvent.ts';
import { bytes } from './bytes.ts';
import { lines, ndjson } from './lines.ts';
import { sse } from './sse.ts';
import type { DecodeContext, Decoder, StreamFormat } from './streamFormat.ts';
import { text } from './text.ts';

/** The formats that come with the package. */
export type FormatName = 'sse' | 'ndjson' | 'lines' | 'text' | 'bytes';

/**
 * How a response is read. `auto` goes by its content type: Server-Sent Events, NDJSON or a JSON text sequence.
 * A name asks for one format. An object is a format of your own. A format that is named or brought reads
 * answers of every content type but `text/html`, which is a page of an error or a login.
 */
// What a format's data is, is the business of the types that depend on it.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Format = 'auto' | FormatName | StreamFormat<any>;

/** A format as the fetch source uses it. */
export interface WireFormat {
  contentType: string;
  decode(push: (event: WireEvent) => void, context: DecodeContext): Decoder;
}

const named: Readonly<Record<FormatName, WireFormat>> = { sse, ndjson, lines, text, bytes };

/** The words that the option `format` allows. */
export const formatNames: readonly ('auto' | FormatName)[] = [
  'auto',
  'sse',
  'ndjson',
  'lines',
  'text',
  'bytes',
];

/** Server-Sent Events of their own content type only, as the standard's EventSource takes them. */
export const strictSse: WireFormat = /* @__PURE__ */ (() => ({ ...sse }))();

// The names in use for JSON texts one after another: on lines, or as in RFC 7464. Only few are registered.
const jsonTexts =
  /^(application|text)\/(x-)?(nd-?json|ldjson|json-?l|json-?lines|json-?seq|json-?stream|stream\+json|[^/]+\+(ndjson|jsonl|json-seq))$/;

/** What is made of an answer where no format is named. */
function formatOf(essence: string): WireFormat | undefined {
  if (essence === sse.contentType) return sse;
  return jsonTexts.test(essence) ? ndjson : undefined;
}

/** What to ask the server for. */
export function acceptedType(format: Format | WireFormat): string {
  if (format === 'auto') return sse.contentType;
  return (typeof format === 'string' ? named[format] : format).contentType;
}

/** Whether the server is asked for Server-Sent Events. */
export const asksForSse = (format: Format | WireFormat): boolean =>
  acceptedType(format) === sse.contentType;

const essencePattern = /^[!#$%&'*+.^_`|~0-9a-z-]+\/[!#$%&'*+.^_`|~0-9a-z-]+$/;

/** The type without parameters of the last value that is one (Fetch standard, "extract a MIME type"). */
function essenceOf(contentType: string | null): string {
  // A comma within quotes does not part two values.
  const values = contentType?.match(/(?:[^,"]|"(?:\\.|[^"\\])*"?)+/g) ?? [];
  const essences = values.map((value) => (value.split(';', 1)[0] ?? '').trim().toLowerCase());
  return essences.findLast((each) => essencePattern.test(each) && each !== '*/*') ?? '';
}

/** The format to read an answer of this content type with, or undefined if it is the wrong one. */
export function formatFor(
  format: Format | WireFormat,
  contentType: string | null,
): WireFormat | undefined {
  const essence = essenceOf(contentType);
  if (format === 'auto') return formatOf(essence);
  if (format === strictSse) return essence === sse.contentType ? sse : undefined;
  // What is named is believed: servers name these types in many ways. But a web page is an error or a
  // login, unless it was asked for.
  const wanted: WireFormat = typeof format === 'string' ? named[format] : format;
  const takesPages = /(\*|text)\/(\*|html)/i.test(wanted.contentType);
  return essence !== 'text/html' || takesPages ? wanted : undefined;
}

/** Whether chunks are events as they are, so that a large one must not be decoded in slices. */
export const takesWholeChunks = (format: WireFormat): boolean => format === bytes;

/** Whether a clean end is not the end of a stream of this format: the standard has it opened again. */
export const isEndless = (format: WireFormat): boolean => format === sse;
