import { createServer } from 'node:http';
import { createTopic, memoryHistory, nodeEventStream } from 'use-event-stream/server';

const history = memoryHistory();
const prices = createTopic<{ symbol: string; price: number }>({ name: 'prices', history });

export const server = createServer((request, response) => {
  if (request.url !== '/api/prices') {
    response.writeHead(404).end();
  } else if (request.method === 'POST') {
    prices.publish({ symbol: 'ACME', price: Math.round(1_000 * Math.random()) / 10 });
    response.writeHead(204).end();
  } else {
    nodeEventStream(request, response, prices, { replay: 1 });
  }
}).listen(3000);
