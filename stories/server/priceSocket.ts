import { priceAt } from './prices.ts';
import { due, sequenceOf } from './sequence.ts';
import { sessionOf } from './session.ts';

/** Where the prices are to be had through a WebSocket. */
export const PRICE_SOCKET = '/api/prices/socket';

/** A WebSocket that a page has opened. */
export interface Peer {
  readonly send: (message: string) => void;
  /** Says goodbye. */
  readonly end: () => void;
  /** Breaks the connection. */
  readonly cut: () => void;
  readonly onClose: (listener: () => void) => void;
}

/** Sends prices as JSON, ten a second or `?rate=`. The socket takes part in its session as a stream does. */
export async function sendPrices(request: Request, peer: Peer): Promise<void> {
  const { send, end, cut, onClose } = peer;
  const over = new AbortController();
  const { signal } = over;
  onClose(() => {
    over.abort();
  });
  sessionOf(request).join({ signal, end, cut }, request);
  try {
    for await (const numbers of due(sequenceOf(request, 10), signal)) {
      for (const n of numbers) send(JSON.stringify(priceAt(n)));
    }
  } catch (error) {
    // It waits with the signal: there is nobody to send anything to.
    if (!signal.aborted) throw error;
  }
}
