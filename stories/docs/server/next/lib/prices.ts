import { createTopic, memoryHistory, type MemoryHistory } from 'use-event-stream/server';

// Next.js may load a module once for each route: what all of them share belongs to the process.
const shared = globalThis as typeof globalThis & { events?: MemoryHistory };
const history = (shared.events ??= memoryHistory());

export const prices = createTopic<{ symbol: string; price: number }>({ name: 'prices', history });
