import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { createTopic, eventStream, memoryHistory } from 'use-event-stream/server';

const history = memoryHistory();
const prices = createTopic<{ symbol: string; price: number }>({ name: 'prices', history });

const app = new Hono();
app.get('/api/prices', (context) => eventStream(context.req.raw, prices));
serve({ fetch: app.fetch, port: Number(process.env['PORT'] ?? 3000) });

setInterval(() => prices.publish({ symbol: 'ACME', price: 10 + Math.random() }), 1_000);
