/** What `useEventStream` makes of its options. */
// The linter sees the type that an assertion has made, and takes the assertion for idle.
/* eslint-disable @typescript-eslint/no-unnecessary-type-assertion */
import {
  json,
  StreamError,
  useEventStream,
  type BufferOptions,
  type Buffered,
  type OpenInfo,
  type ReduceOptions,
  type StandardSchemaV1,
  type StreamEvent,
  type StreamFormat,
} from 'use-event-stream';
import * as v from 'valibot';
import { z } from 'zod';
import { typeOf } from './equal.ts';

const PriceSchema = z.object({ symbol: z.string(), price: z.number() });
type Price = z.infer<typeof PriceSchema>;
type PriceBook = Record<string, Price>;

export function useStatusNarrowing() {
  const { status, error, retryAt, openedAt, reason, attempt } = useEventStream('/x');
  if (status === 'failed') return error.message;
  if (status === 'reconnecting') {
    typeOf(attempt).is<number>();
    return retryAt === null ? 'soon' : new Date(retryAt).toISOString() + (error?.kind ?? '');
  }
  if (status === 'open') return openedAt.toFixed();
  if (status === 'closed') {
    typeOf(reason).is<'done' | 'manual' | 'store'>();
    return reason.length;
  }
  typeOf(status).is<'idle' | 'connecting'>();
  typeOf(error).is<null>();
  typeOf(attempt).is<0>();
  return null;
}

export function useText() {
  const { data, events } = useEventStream('/x');
  typeOf(data).is<string | undefined>();
  typeOf(events).is<readonly StreamEvent[]>();
  // @ts-expect-error the buffer is read-only
  const mutable: StreamEvent[] = events;
  return [data, mutable];
}

export function useParsedJson() {
  const { data, events } = useEventStream('/x', { parse: json<Price> });
  typeOf(data).is<Price | undefined>();
  return events.map(({ data: { price } }) => price);
}

export function useUntypedJson() {
  const { data } = useEventStream('/x', { parse: json });
  typeOf(data).is<unknown>();
  // @ts-expect-error nobody has said what it is
  return data.price as unknown;
}

export function useOwnParser() {
  const { data } = useEventStream('/x', { parse: (text, { type }) => ({ text, type }) });
  typeOf(data).is<{ text: string; type: string } | undefined>();
  return data;
}

export function useAsynchronousParser() {
  // @ts-expect-error an event is parsed at once, or not at all
  return useEventStream('/x', { parse: (text: string) => Promise.resolve(text) }).data;
}

/** A hook of one's own keeps the type that it is called with. */
export function useJson<T>(url: string, schema: StandardSchemaV1<unknown, T>) {
  const { data, events } = useEventStream(url, { schema });
  typeOf(data).is<T | undefined>();
  return events;
}

export function useOwnHook() {
  typeOf(useJson('/x', PriceSchema)).is<readonly StreamEvent<Price>[]>();
  typeOf(useJson('/x', v.object({ at: v.string() }))).is<readonly StreamEvent<{ at: string }>[]>();
}

const fromWrapper: BufferOptions = { maxEvents: 10, maxAge: undefined };

export function useWrapped(options: BufferOptions) {
  const { data } = useEventStream('/x', { ...fromWrapper, ...options });
  typeOf(data).is<string | undefined>();
}

export function useUnprovenType() {
  // @ts-expect-error a type without anything that makes the data so is a lie
  return useEventStream<Price>('/x').data;
}

export function useZodSchema() {
  const { data } = useEventStream('/x', { schema: z.object({ at: z.coerce.date() }) });
  typeOf(data).is<{ at: Date } | undefined>();
  return data?.at.getTime();
}

export function useValibotSchema() {
  const { data } = useEventStream('/x', { schema: v.object({ at: v.string() }) });
  typeOf(data).is<{ at: string } | undefined>();
  return data?.at.length;
}

export function useWrongField() {
  const { data } = useEventStream('/x', { schema: PriceSchema });
  // @ts-expect-error the schema knows no such field
  return data?.amount as unknown;
}

type Part = { delta: string } | { error: { message: string } };

export function useFailure() {
  const { data, status, error } = useEventStream('/x', {
    parse: json<Part>,
    until: ({ data: part }) => 'delta' in part && part.delta === '',
    failOn: ({ data: part }) => 'error' in part && part.error.message !== '',
  });
  typeOf(data).is<Part | undefined>();
  useEventStream('/x', { failOn: 'error' });
  useEventStream('/x', { failOn: { data: '[ERROR]' } });
  // @ts-expect-error a name, a text or a test
  useEventStream('/x', { failOn: 3 });
  return status === 'failed' && (error.reason ?? 'Something went wrong');
}

/** Where the options may be of either kind, so is what is returned. */
export function useEither(
  options: BufferOptions<Names> | ReduceOptions<Names, 'auto', string, number>,
) {
  const result = useEventStream('/x', options);
  if ('events' in result) typeOf(result.events).is<readonly StreamEvent[]>();
  return result.data;
}

type Names = readonly string[];

export function useReducerOfJson() {
  const { data } = useEventStream('/x', {
    parse: json<Price>,
    initial: {} as PriceBook,
    reduce: (book, [first]) => (first ? { ...book, [first.data.symbol]: first.data } : book),
  });
  typeOf(data).is<PriceBook>();
  return data;
}

export function useReducerOfText() {
  const { data } = useEventStream('/x', {
    initial: '',
    reduce: (text, events) => text + events.map((event) => event.data).join(''),
  });
  typeOf(data).is<string>();
  return data.length;
}

export function useReducerBeforeInitial() {
  const { data } = useEventStream('/x', {
    reduce: (text, events) => text + events.map((event) => event.data).join(''),
    initial: '',
  });
  return data.length;
}

export function useReducerOfSchema() {
  const { data } = useEventStream('/x', {
    schema: PriceSchema,
    initial: {} as PriceBook,
    reduce(book, events) {
      const next = { ...book };
      for (const event of events) next[event.data.symbol] = event.data;
      return next;
    },
  });
  return data.a?.price;
}

export function useReducerFromNull() {
  const { data } = useEventStream('/x', { initial: null, reduce: (price: Price | null) => price });
  typeOf(data).is<Price | null>();
  return data;
}

const append = (prices: Price[], events: readonly { data: Price }[]) => [
  ...prices,
  ...events.map(({ data }) => data),
];
const newest = (price: Price | null, events: readonly { data: Price }[]) =>
  events.at(-1)?.data ?? price;

export function useReducersMadeElsewhere() {
  const all = useEventStream('/x', { parse: json<Price>, initial: [], reduce: append });
  typeOf(all.data).is<Price[]>();
  const last = useEventStream('/x', { parse: json<Price>, initial: null, reduce: newest });
  typeOf(last.data).is<Price | null>();
}

type Phase = 'waiting' | 'running';

export function useReducerOfWords() {
  const { data } = useEventStream('/x', {
    initial: 'waiting' as Phase,
    reduce: (phase, events) => (events.length > 0 ? 'running' : phase),
    onClose: (info) => {
      typeOf(info.data).is<Phase>();
    },
  });
  typeOf(data).is<Phase>();
  return useEventStream('/x', {
    initial: 'waiting' as Phase,
    // @ts-expect-error there is no such phase
    reduce: (phase, events) => (events.length > 0 ? 'over' : phase),
  }).data;
}

export function useReducerFromEmptyList() {
  const { data } = useEventStream('/x', {
    schema: PriceSchema,
    initial: [],
    reduce: (prices: Price[], events) => [...prices, ...events.map((event) => event.data)],
  });
  return data[0]?.price;
}

export function useReducerWithoutInitial() {
  // @ts-expect-error a reducer needs a state to begin with
  return useEventStream('/x', {
    reduce: (n: number, events: readonly unknown[]) => n + events.length,
  }).data;
}

export function useReducerOfAnotherType() {
  return useEventStream('/x', {
    initial: 0,
    // @ts-expect-error what it returns is what it is given next
    reduce: (count, events) => `${count} ${events.length}`,
  }).data;
}

export function useReducerWithBuffer() {
  const folded = useEventStream('/x', { initial: 0, reduce: (n, events) => n + events.length });
  // @ts-expect-error the state stands in for the events
  return folded.events as unknown;
}

export function useOptionalValues({ token, id }: { token?: string; id?: string }) {
  // With exactOptionalPropertyTypes an option that may be undefined must say so.
  return useEventStream('/x', {
    headers: token ? { authorization: token } : undefined,
    initialLastEventId: id,
  }).status;
}

export function useBytes() {
  const { data } = useEventStream('/x', { format: 'bytes' });
  typeOf(data).is<Uint8Array<ArrayBuffer> | undefined>();
  return data;
}

declare const csv: StreamFormat<readonly string[]>;

export function useOwnFormat() {
  const { data } = useEventStream('/x', { format: csv });
  typeOf(data).is<readonly string[] | undefined>();
  return data?.[0];
}

export function useUnknownFormat() {
  // @ts-expect-error no format of the package
  return useEventStream('/x', { format: 'xml' }).status;
}

export function useTypo() {
  // @ts-expect-error the option is maxEvents
  return useEventStream('/x', { maxEvent: 3 }).data;
}

export function useFalsyUrls({ id }: { id: string | null }) {
  useEventStream(id && `/jobs/${id}`);
  useEventStream(undefined);
  useEventStream(new URL('https://example.com/'));
  // @ts-expect-error a number is no address
  useEventStream(id === null ? 0 : 1);
}

export function useCallbacks(log: (text: string) => void) {
  return useEventStream('/x', {
    schema: PriceSchema,
    onEvent: ({ data: { symbol } }) => {
      log(symbol);
    },
    onEvents: (events) => {
      typeOf(events).is<readonly StreamEvent<Price>[]>();
    },
    onOpen: ({ attempt, resumed, response }: OpenInfo) => {
      log(`${attempt} ${String(resumed)} ${response?.headers.get('date') ?? ''}`);
    },
    onError: (error) => {
      log(error.url);
    },
    onReject: ({ kind, event }) => {
      typeOf(kind).is<'parse' | 'schema'>();
      log(event.data);
    },
    onClose: ({ reason, data }) => {
      typeOf(data).is<Price | undefined>();
      log(reason);
    },
  }).rejected;
}

export function describe(error: unknown) {
  if (!(error instanceof StreamError)) return null;
  typeOf(error.reason).is<string | null>();
  if (error.kind === 'http') {
    typeOf(error.json).is<unknown>();
    return `${error.status} ${error.body}`;
  }
  if (error.kind === 'network') {
    // @ts-expect-error no answer, no body
    return error.json as unknown;
  }
  if (error.kind === 'schema') return error.issues[0]?.message;
  if (error.kind === 'timeout') typeOf(error.phase).is<'open' | 'idle'>();
  // @ts-expect-error only a refusal by the server has a status
  return String(error.status);
}

export function describeAll(error: StreamError): string {
  switch (error.kind) {
    case 'network':
    case 'incomplete':
    case 'aborted':
      return error.message;
    case 'size':
      return String(error.limit);
    case 'timeout':
      return error.phase;
    case 'http':
      return String(error.retryAfter);
    case 'contentType':
      return error.contentType ?? 'none';
    case 'job':
    case 'parse':
    case 'schema':
      return error.event.data;
  }
}

/** The result is nameable, so that a component can take it as a property. */
export function Prices({ events }: Buffered<StreamEvent<Price>>) {
  return <output>{events.at(-1)?.data.price}</output>;
}

export function PricesOf({ url }: { url: string }) {
  return <Prices {...useEventStream(url, { schema: PriceSchema })} />;
}

export function useStart() {
  const { start } = useEventStream('/x', { manual: true, method: 'POST' });
  start();
  start({ body: JSON.stringify({ q: 1 }), headers: { 'content-type': 'application/json' } });
  start({ url: '/y', method: undefined });
  // @ts-expect-error what is shown cannot be changed by a start
  start({ maxEvents: 3 });
}
