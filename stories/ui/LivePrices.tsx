import { defineStream, useEventStream } from 'use-event-stream';
import { z } from 'zod';
import { Card } from './Card.tsx';
import { Freshness } from './Freshness.tsx';
import { Sparkline } from './Sparkline.tsx';
import { StatusBadge } from './StatusBadge.tsx';

const Price = z.object({ symbol: z.string(), price: z.number(), at: z.number() });
const Halt = z.object({ symbol: z.string() });

interface Quote {
  readonly history: readonly number[];
  readonly opening: number;
  readonly halted: boolean;
}

interface Market {
  readonly quotes: Readonly<Record<string, Quote>>;
  readonly updates: number;
  readonly lastEventId: string;
}

const HISTORY = 40;
const EMPTY: Market = { quotes: {}, updates: 0, lastEventId: '–' };

/** Folded once, whatever number of rows shows a part of it. */
const market = defineStream({
  events: { price: Price, halt: Halt },
  initial: EMPTY,
  reduce(state, events) {
    const quotes = { ...state.quotes };
    for (const { type, data } of events) {
      const quote = quotes[data.symbol];
      if (type === 'halt') {
        if (quote) quotes[data.symbol] = { ...quote, halted: true };
        continue;
      }
      quotes[data.symbol] = {
        history: [...(quote?.history ?? []), data.price].slice(-HISTORY),
        opening: quote?.opening ?? data.price,
        halted: false,
      };
    }
    const lastEventId = events.at(-1)?.lastEventId ?? state.lastEventId;
    return { quotes, updates: state.updates + events.length, lastEventId };
  },
});

const money = new Intl.NumberFormat('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const percent = new Intl.NumberFormat('en', {
  style: 'percent',
  signDisplay: 'exceptZero',
  minimumFractionDigits: 2,
});

/** A table of prices over named events, each typed by its schema; every row renders for its own symbol only. */
export function LivePrices({ url, symbols }: { url: string; symbols: readonly string[] }) {
  const stream = useEventStream(url, market, { select: (all) => all.updates });
  const { data: lastEventId } = useEventStream(url, market, { select: (all) => all.lastEventId });
  return (
    <Card title="Live prices" aside={<StatusBadge status={stream.status} />}>
      <table className="prices" data-stale={stream.status === 'reconnecting' || undefined}>
        <caption className="visually-hidden">
          Prices, and their change since this page opened
        </caption>
        <thead>
          <tr>
            <th scope="col">Symbol</th>
            <th scope="col">Price</th>
            <th scope="col">Change</th>
            <th scope="col" className="prices-trend">
              Trend
            </th>
          </tr>
        </thead>
        <tbody>
          {symbols.map((symbol) => (
            <PriceRow key={symbol} url={url} symbol={symbol} />
          ))}
        </tbody>
      </table>
      <p className="footnote">
        <span data-testid="updates">{stream.data}</span> updates, the last with the id{' '}
        <span data-testid="last-event-id">{lastEventId}</span> <Freshness state={stream} />
      </p>
    </Card>
  );
}

function PriceRow({ url, symbol }: { url: string; symbol: string }) {
  const { data: quote } = useEventStream(url, market, { select: ({ quotes }) => quotes[symbol] });
  const price = quote?.history.at(-1);
  const change = quote && price !== undefined ? price / quote.opening - 1 : 0;
  return (
    <tr>
      <th scope="row">{symbol}</th>
      <td>{price === undefined ? '–' : money.format(price)}</td>
      <td data-trend={quote?.halted ? 'none' : trendOf(change)}>
        {quote?.halted ? 'Halted' : percent.format(change)}
      </td>
      <td className="prices-trend" data-trend={trendOf(change)}>
        <Sparkline values={quote?.history ?? []} capacity={HISTORY} />
      </td>
    </tr>
  );
}

function trendOf(change: number): 'up' | 'down' | 'none' {
  if (change > 0) return 'up';
  return change < 0 ? 'down' : 'none';
}
