import { StreamError, type StreamErrorOf } from '../error.ts';
import { excerpt, quoted, shown } from '../excerpt.ts';
import { flat, type RawEvent, type StreamEvent } from '../event.ts';
import { atOnce, tried } from '../report.ts';
import type { StandardSchemaV1 } from '../standardSchema.ts';

type Sync<T> = T extends PromiseLike<unknown> ? never : T;

/** Makes a value of the text of an event. If it throws, the event is rejected. It may not be asynchronous. */
export type Parse<T> = (data: string, event: StreamEvent) => Sync<T>;

/** No value has this type: it is there for the compiler's errors, which show what to write. */
export interface WriteInstead<Hint extends string, T = unknown> {
  readonly '~write': readonly [Hint, T];
}

// What a schema takes in is JSON of any shape, and what comes out is for inference to find.
/* eslint-disable @typescript-eslint/no-explicit-any */
/** How the data of an event of one name becomes a value: a schema, a parser, or `text` as it is. */
export type EventDecoder = StandardSchemaV1<any, any> | Parse<any> | 'text';

/**
 * The named events that a hook listens for, each with its decoder: a schema, a parser, or `'text'`.
 *
 * @example
 * ```ts
 * import { json, useEventStream, type EventMap } from 'use-event-stream';
 *
 * const events = {
 *   price: json<{ symbol: string; price: number }>,
 *   note: 'text',
 * } satisfies EventMap;
 *
 * export const useMarket = () => useEventStream('/api/market', { events });
 * ```
 */
export interface EventMap {
  // Spelt out: behind a name the compiler would not show the hint.
  readonly [type: string]:
    StandardSchemaV1<any, any> | Parse<any> | 'text' | WriteInstead<'json<Price>'>;
}
/* eslint-enable @typescript-eslint/no-explicit-any */

/** The event map of a hook that names no events. */
// No keys at all is what tells it apart from a map of any names.
// eslint-disable-next-line @typescript-eslint/no-generated-empty-object-type
export type NoEvents = Record<never, never>;

type DecoderMap = Readonly<Record<string, EventDecoder>>;

/** The options that say how raw events become typed ones. */
export interface DecodeOptions {
  events?: DecoderMap | readonly string[] | undefined;
  parse?: EventDecoder | undefined;
  schema?: EventDecoder | undefined;
}

/** Why an event was rejected. */
export type Rejection = StreamErrorOf<'parse' | 'schema'>;

/**
 * Parses JSON text. The type is a promise of the server; to check it give a `schema` instead.
 *
 * @example
 * ```ts
 * import { json, useEventStream } from 'use-event-stream';
 *
 * type Price = { symbol: string; price: number };
 *
 * export const usePrices = () => useEventStream('/api/prices', { parse: json<Price> });
 * ```
 *
 * @throws A `SyntaxError` if the text is no JSON. As `parse` of a hook it then rejects the event.
 */
// The caller states the type, as with JSON.parse; nothing here can infer it.
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
export function json<T = unknown>(data: string): T {
  return JSON.parse(data) as T;
}

/** Whether the hook listens for events of this name; without the option `events` for all. */
export function isWanted({ events }: DecodeOptions, type: string): boolean {
  if (events === undefined) return true;
  return Array.isArray(events) ? events.includes(type) : Object.hasOwn(events, type);
}

/** Whether a value follows Standard Schema. */
export const isSchema = (value: unknown): boolean =>
  Object(value) === value && '~standard' in Object(value);

/** The event names that the options speak of. */
export function eventNames({ events = [] }: DecodeOptions): readonly string[] {
  return isNameList(events) ? events : Object.keys(events);
}

const isNameList = (events: DecoderMap | readonly string[]): events is readonly string[] =>
  Array.isArray(events);

function decoderOf({ events, parse, schema }: DecodeOptions, type: string): EventDecoder {
  if (events !== undefined && !isNameList(events) && Object.hasOwn(events, type)) {
    return events[type] ?? 'text';
  }
  return schema ?? parse ?? 'text';
}

// Both are the server's words: together 200 characters.
const longestType = 60;
const longestReason = 140;

const named = ({ type }: StreamEvent) => `An event of the type ${quoted(type, longestType)}`;

function validate(schema: StandardSchemaV1, event: StreamEvent): unknown {
  const validated = schema['~standard'].validate(JSON.parse(event.data));
  const result = atOnce<StandardSchemaV1.Result<unknown>>('schema', validated);
  if (!result.issues) return result.value;
  const [first] = result.issues;
  throw new StreamError(
    'schema',
    `${named(event)} does not match its schema: ${excerpt(first?.message ?? 'no reason given', longestReason)}.`,
    { event, issues: result.issues },
  );
}

function decodeData(decoder: EventDecoder, event: StreamEvent): unknown {
  if (decoder === 'text') return event.data;
  // Some libraries' schemas are functions too.
  if ('~standard' in decoder) return validate(decoder, event);
  return atOnce('parse', decoder(event.data, event));
}

function rejection(cause: unknown, event: StreamEvent): Rejection {
  if (cause instanceof StreamError && cause.kind === 'schema') return cause;
  const why = () =>
    `: ${cause instanceof Error ? excerpt(cause.message, longestReason) : shown(cause)}`;
  // What a parser throws may not have a text, or throw when it is read.
  const message = `${named(event)} could not be parsed${tried(why, '.')}`;
  return new StreamError('parse', message, { event, cause });
}

/** The event with its data decoded, or null where that failed; `onReject` is then told why. */
export function decode(
  options: DecodeOptions,
  raw: RawEvent,
  onReject: (error: Rejection) => void,
): RawEvent | null {
  const decoder = decoderOf(options, raw.type);
  if (decoder === 'text') return raw;
  // Parsers of bytes are typed as parsers of text: the format decides what `data` is on the wire.
  const event = raw as StreamEvent;
  try {
    // What is parsed keeps no network chunk; its id is not to either.
    return { ...event, lastEventId: flat(event.lastEventId), data: decodeData(decoder, event) };
  } catch (cause) {
    onReject(rejection(cause, event));
    return null;
  }
}
