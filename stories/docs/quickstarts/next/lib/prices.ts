import { createTopic, memoryHistory, type MemoryHistory } from 'use-event-stream/server';

export interface Price {
  symbol: string;
  price: number;
}

// One history for the process: in development modules are loaded more than once.
const shared = globalThis as typeof globalThis & { priceHistory?: MemoryHistory };
const history = (shared.priceHistory ??= memoryHistory());

export const prices = createTopic<Price>({ name: 'prices', history });
