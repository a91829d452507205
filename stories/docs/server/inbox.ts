import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { createTopic, eventStream, memoryHistory } from 'use-event-stream/server';

const history = memoryHistory();
const inbox = (userId: string) =>
  createTopic<{ text: string }>({ name: `inbox:${userId}`, history });

/** The user of a request, by your session: here a table of its keys. Never what the request says of itself. */
const users = new Map([
  ['key-of-ana', 'ana'],
  ['key-of-ben', 'ben'],
]);
const userOf = (request: Request) =>
  users.get(request.headers.get('authorization')?.replace('Bearer ', '') ?? '');

const app = new Hono();
app.get('/api/inbox', ({ req }) => {
  const userId = userOf(req.raw);
  if (userId === undefined) return new Response(null, { status: 401 });
  return eventStream(req.raw, inbox(userId), { maxAge: 600_000 });
});
app.post('/api/messages/:to', async ({ req }) => {
  if (userOf(req.raw) === undefined) return new Response(null, { status: 401 });
  inbox(req.param('to')).publish({ text: await req.text() });
  return new Response(null, { status: 204 });
});
serve({ fetch: app.fetch, port: Number(process.env['PORT'] ?? 3000) });
