import { defineStream, json, useEventStream } from 'use-event-stream';

interface Price {
  symbol: string;
  price: number;
}

interface Totals {
  count: number;
  prices: Readonly<Record<string, number>>;
}

const initial: Totals = { count: 0, prices: {} };

const book = defineStream({
  events: { price: json<Price> },
  initial,
  reduce: ({ count, prices }, events) => ({
    count: count + events.length,
    prices: events.reduce(
      (all, { data: { symbol, price } }) => ({ ...all, [symbol]: price }),
      prices,
    ),
  }),
});

const url = 'prices?rate=200&count=100';

function Cell({ symbol }: { symbol: string }) {
  const { data } = useEventStream(url, book, { select: ({ prices }) => prices[symbol] });
  return <td>{data?.toFixed(2) ?? 'none'}</td>;
}

/** A table of one stream, that is folded once for all of its cells. */
export function Book() {
  const { data: count, status } = useEventStream(url, book, { select: (all) => all.count });
  return (
    <table aria-label="Book" data-status={status}>
      <caption>{count}</caption>
      <tbody>
        {['ACME', 'WONK'].map((symbol) => (
          <tr key={symbol}>
            <th scope="row">{symbol}</th>
            <Cell symbol={symbol} />
          </tr>
        ))}
      </tbody>
    </table>
  );
}
