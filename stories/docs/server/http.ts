import { createServer } from 'node:http';
import { createTopic, drain, memoryHistory, nodeEventStream } from 'use-event-stream/server';

const history = memoryHistory();
const prices = createTopic<{ symbol: string; price: number }>({ name: 'prices', history });

const server = createServer((request, response) => {
  if (request.url === '/api/prices') nodeEventStream(request, response, prices);
  else response.writeHead(404).end();
}).listen(process.env['PORT'] ?? 3000);

setInterval(() => prices.publish({ symbol: 'ACME', price: 10 + Math.random() }), 1_000);

// A deploy: each client is given a time of its own to come back, to the next process.
process.once('SIGTERM', () => {
  drain(10_000);
  server.close(() => process.exit());
});
