// @vitest-environment node
import { once } from 'node:events';
import { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { loader, action } from '../../stories/docs/quickstarts/reactRouter/app/routes/prices';
import * as next from '../../stories/docs/quickstarts/next/app/api/prices/route';

vi.mock('@tanstack/react-router', () => ({
  createFileRoute: () => (options: unknown) => options,
}));

const { Route } =
  await import('../../stories/docs/quickstarts/tanstackStart/src/routes/api/prices');

type Handle = (request: Request) => Response | Promise<Response>;

/** The loader and the action of a route have more than a request, which ours do not look at. */
const args = (request: Request) => ({
  request,
  params: {},
  context: {} as Parameters<typeof loader>[0]['context'],
  pattern: '/api/prices',
  url: new URL(request.url),
});

const halves: Readonly<Record<string, { get: Handle; post: Handle }>> = {
  'Next.js': { get: next.GET, post: next.POST },
  'React Router': {
    get: (request) => loader(args(request)),
    post: (request) => action(args(request)),
  },
  'TanStack Start': {
    get: (request) => Route.server.handlers.GET({ request }),
    post: () => Route.server.handlers.POST(),
  },
};

const ask = (method: string, signal?: AbortSignal) =>
  new Request('http://localhost/api/prices', { method, ...(signal && { signal }) });

/** The first event of a stream. */
async function firstEvent(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  const { body } = response;
  if (!body) throw new Error(`There is no stream, but status ${String(response.status)}.`);
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    const [, event] = /^(?:id: .*\n)?(data: .*)\n\n/m.exec(text) ?? [];
    if (event) return event;
  }
  throw new Error(`The stream has ended without an event: ${text}`);
}

const price = /^data: \{"symbol":"ACME","price":\d/;

test.for(Object.entries(halves))(
  'the server half for %s publishes what a POST asks for, and sends it',
  async ([, { get, post }]) => {
    const left = new AbortController();
    onTestFinished(() => {
      left.abort();
    });
    const response = await get(ask('GET', left.signal));
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    expect((await post(ask('POST'))).status).toBe(204);
    expect(await firstEvent(response)).toMatch(price);
    // Who comes later gets the newest.
    expect(await firstEvent(await get(ask('GET', left.signal)))).toMatch(price);
  },
);

test('the server of Vite and Expo does the same', async () => {
  const listen = vi.spyOn(Server.prototype, 'listen');
  listen.mockImplementationOnce(function (this: Server) {
    listen.mockRestore();
    return this.listen({ port: 0, host: '127.0.0.1' });
  });
  const { server } = await import('../../stories/docs/quickstarts/vite/server');
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  if (!server.listening) await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${String(port)}/api/prices`;
  expect((await fetch(url, { method: 'POST' })).status).toBe(204);
  expect(await firstEvent(await fetch(url))).toMatch(price);
  expect((await fetch(`${url}/other`)).status).toBe(404);
});
