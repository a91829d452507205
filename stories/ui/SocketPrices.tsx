import { json, useEventStream } from 'use-event-stream';
import { webSocket } from 'use-event-stream/websocket';
import type { Demo } from '../demo.tsx';
import type { Price } from '../server/prices.ts';
import { PRICE_SOCKET } from '../server/priceSocket.ts';
import { Card } from './Card.tsx';
import { FaultButton } from './FaultButton.tsx';
import { Freshness } from './Freshness.tsx';
import { StatusBadge } from './StatusBadge.tsx';

interface Market {
  readonly prices: Readonly<Record<string, number>>;
  readonly updates: number;
}

const EMPTY: Market = { prices: {}, updates: 0 };

function fold({ prices, updates }: Market, events: readonly { data: Price }[]): Market {
  const came = Object.fromEntries(events.map(({ data }) => [data.symbol, data.price]));
  return { prices: { ...prices, ...came }, updates: updates + events.length };
}

/** Prices through a WebSocket: the hook, its states and its reconnecting are those of any other stream. */
export function SocketPrices({ demo, rate }: { demo: Demo; rate: number }) {
  const url = demo.url(`${PRICE_SOCKET}?rate=${rate}`);
  const stream = useEventStream(url, {
    source: webSocket(url),
    parse: json<Price>,
    initial: EMPTY,
    reduce: fold,
  });
  const { data, status } = stream;
  return (
    <Card title="Prices through a WebSocket" aside={<StatusBadge status={status} />}>
      <dl
        className="figures"
        aria-label="Prices"
        data-stale={status === 'reconnecting' || undefined}
      >
        {Object.entries(data.prices).map(([symbol, price]) => (
          <div key={symbol}>
            <dt>{symbol}</dt>
            <dd>{price.toFixed(2)}</dd>
          </div>
        ))}
      </dl>
      <div className="toolbar">
        <FaultButton isOff={status !== 'open'} onClick={() => demo.control({ action: 'cut' })}>
          Cut the line
        </FaultButton>
        <span className="toolbar-note">
          <span data-testid="updates">{data.updates}</span> updates <Freshness state={stream} />
        </span>
      </div>
    </Card>
  );
}
