import express from 'express';
import { createTopic, memoryHistory, nodeEventStream } from 'use-event-stream/server';

const history = memoryHistory();
const prices = createTopic<{ symbol: string; price: number }>({ name: 'prices', history });

const app = express();
app.get('/api/prices', (request, response) => {
  nodeEventStream(request, response, prices);
});
app.listen(Number(process.env['PORT'] ?? 3000));

setInterval(() => prices.publish({ symbol: 'ACME', price: 10 + Math.random() }), 1_000);
