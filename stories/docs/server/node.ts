import type { IncomingMessage, ServerResponse } from 'node:http';
import { encode, followAfter, greeting, headers, heartbeat } from './feed.ts';

const mostWaiting = 1024 * 1024;

/** Answers with the stream. */
export function eventStream(request: IncomingMessage, response: ServerResponse): void {
  const lastEventId = String(request.headers['last-event-id'] ?? '');
  const send = (text: string) => {
    if (response.destroyed) return;
    response.write(text);
    // Somebody who does not read is let go, and resumes.
    if (response.writableLength > mostWaiting) response.destroy();
  };
  response.writeHead(200, headers);
  // Sends the headers too: without a byte the page would not know that it is connected.
  send(greeting);
  const timer = setInterval(send, 15_000, heartbeat);
  const stop = followAfter(
    lastEventId,
    (update) => {
      send(encode(update));
    },
    (last) => {
      response.end(last);
    },
  );
  response.once('close', () => {
    clearInterval(timer);
    stop();
  });
}
