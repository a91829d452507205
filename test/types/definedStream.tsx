/** Streams defined once, and what `select` makes of them. */
// The linter sees the type that an assertion has made, and takes the assertion for idle.
/* eslint-disable @typescript-eslint/no-unnecessary-type-assertion */
import {
  defineStream,
  json,
  useEventStream,
  type Buffered,
  type Folded,
  type StreamDefinition,
  type StreamEvent,
} from 'use-event-stream';
import { z } from 'zod';
import { typeOf } from './equal.ts';

const PriceSchema = z.object({ symbol: z.string(), price: z.number() });
type Price = z.infer<typeof PriceSchema>;
type PriceEvent = StreamEvent<Price, 'price'>;
type Book = Readonly<Record<string, number>>;

export const prices = defineStream({
  events: { price: PriceSchema, halt: z.object({ symbol: z.string() }) },
  initial: {} as Book,
  reduce(book, events) {
    const halted = new Set<string>();
    const next: Record<string, number> = { ...book };
    for (const event of events) {
      if (event.type === 'price') next[event.data.symbol] = event.data.price;
      else halted.add(event.data.symbol);
    }
    return Object.fromEntries(Object.entries(next).filter(([symbol]) => !halted.has(symbol)));
  },
});

export function Cell({ symbol }: { symbol: string }) {
  const { data } = useEventStream('/api/prices', prices, { select: (book) => book[symbol] });
  typeOf(data).is<number | undefined>();
  return <td>{data?.toFixed(2) ?? '–'}</td>;
}

export function WholeBook() {
  const book = useEventStream('/api/prices', prices);
  typeOf(book).is<Folded<Book>>();
  return <td>{Object.keys(book.data).length}</td>;
}

const channels = defineStream({
  parse: json<{ channel: string; text: string }>,
  initial: {} as Readonly<Record<string, string>>,
  reduce: (texts, events) => ({
    ...texts,
    ...Object.fromEntries(events.map(({ data }) => [data.channel, data.text])),
  }),
});

export function Row({ id }: { id: string }) {
  const { data } = useEventStream('/api/channels', channels, { select: (texts) => texts[id] });
  return <li>{data}</li>;
}

export const recentPrices = defineStream({ events: { price: PriceSchema }, maxAge: 300_000 });

typeOf(recentPrices).is<
  StreamDefinition<PriceEvent, readonly PriceEvent[], Buffered<PriceEvent>>
>();

export function useCount() {
  const count = useEventStream('/x', recentPrices, { select: (events) => events.length });
  typeOf(count.data).is<number>();
  // @ts-expect-error a selection has no events beside it
  return count.events as unknown;
}

export function useAll() {
  const { events, data } = useEventStream('/x', recentPrices, { enabled: true });
  typeOf(data).is<Price | undefined>();
  return events.length;
}

export function useComparison() {
  return useEventStream('/x', recentPrices, {
    select: (events) => events.map((event) => event.data.symbol),
    isEqual: (before, after) => before.join() === after.join(),
    onEvent: ({ data: { price } }) => {
      typeOf(price).is<number>();
    },
  }).data;
}

export function useOtherOptions() {
  // @ts-expect-error what the stream is, is said where it is defined
  return useEventStream('/x', recentPrices, { maxEvents: 3 }).data;
}

export function useWrongSelection() {
  // @ts-expect-error what is selected from is the book
  return useEventStream('/x', prices, { select: (text: string) => text.length }).data;
}

export function defineWithoutInitial() {
  // @ts-expect-error a reducer needs a state to begin with
  return defineStream({ reduce: (count: number) => count });
}
