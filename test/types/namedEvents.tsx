/** Events by name: a list listens, a map types each as well. */
import { json, useEventStream, type EventMap, type StreamEvent } from 'use-event-stream';
import { z } from 'zod';
import { typeOf } from './equal.ts';

const PriceSchema = z.object({ symbol: z.string(), price: z.number() });
type Price = z.infer<typeof PriceSchema>;

export function useMapOfDecoders() {
  const { events, data } = useEventStream('/x', {
    events: {
      price: PriceSchema,
      halt: z.object({ reason: z.string() }),
      note: 'text',
      count: (text: string) => Number(text),
    },
    until: (event) => event.type === 'halt' && event.data.reason === 'x',
  });
  typeOf(data).is<Price | { reason: string } | string | number | undefined>();
  for (const event of events) {
    switch (event.type) {
      case 'price':
        typeOf(event.data).is<Price>();
        break;
      case 'halt':
        typeOf(event.data).is<{ reason: string }>();
        break;
      case 'note':
        typeOf(event.data).is<string>();
        break;
      case 'count':
        typeOf(event.data).is<number>();
        break;
    }
    // @ts-expect-error the map names no such event
    if (event.type === 'trade') return null;
  }
  return data;
}

export function useListOfNames() {
  const { events } = useEventStream('/x', { events: ['a', 'b'] });
  typeOf(events).is<readonly StreamEvent[]>();
  return events[0]?.data.length;
}

const names = ['a', 'b'] as const;

export function useListWithParser() {
  const { data, events } = useEventStream('/x', { events: names, parse: json<Price> });
  typeOf(data).is<Price | undefined>();
  return events[0]?.type;
}

export function useListWithReducer() {
  const { data } = useEventStream('/x', {
    events: ['a'],
    parse: json<Price>,
    initial: { sum: 0 },
    reduce: (state, events) => ({ sum: state.sum + events.length }),
  });
  typeOf(data).is<{ sum: number }>();
  return data;
}

export function useReducerOfMap() {
  const { data } = useEventStream('/x', {
    events: { price: PriceSchema },
    initial: new Map<string, number>(),
    reduce(prices, events) {
      const next = new Map(prices);
      for (const event of events) next.set(event.data.symbol, event.data.price);
      return next;
    },
  });
  return data.get('A');
}

export function useUnknownDecoder() {
  // @ts-expect-error a decoder is a schema, a function or 'text'
  return useEventStream('/x', { events: { price: 'number' } }).status;
}

/** A map can be written apart, and keeps its types. */
const chatEvents = {
  message: json<{ from: string; text: string }>,
  typing: json<{ user: string }>,
} satisfies EventMap;

export function Chat({ room }: { room: string }) {
  const { events } = useEventStream(`/rooms/${room}`, { events: chatEvents });
  return (
    <ul>
      {events.map((event) => (
        <li key={event.sequence}>
          {event.type === 'message' ? event.data.text : `${event.data.user} is typing`}
        </li>
      ))}
    </ul>
  );
}
