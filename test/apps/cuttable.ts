import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { onTestFinished } from 'vitest';
import type { Consumer } from './consumer.ts';

/** Passes on what is sent to a port of this machine, and can cut all that is open. */
export async function cuttable(port: number) {
  const sockets = new Set<Socket>();
  let connections = 0;
  const hold = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
  };
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  const proxy = createServer((client) => {
    connections += 1;
    const server = connect(port, '127.0.0.1');
    hold(client);
    hold(server);
    client.on('close', () => server.destroy());
    server.on('close', () => client.destroy());
    client.pipe(server).pipe(client);
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  onTestFinished(async () => {
    proxy.close();
    cut();
    await once(proxy, 'close');
  });
  const url = `http://127.0.0.1:${String((proxy.address() as AddressInfo).port)}`;
  return { url, cut, connections: () => connections };
}

/** Follows a stream with the package that an app has installed, until the test is over. */
export async function follow(
  { folder }: Consumer,
  url: string,
  { headers = {}, maxDelay = 30_000 }: { headers?: Record<string, string>; maxDelay?: number } = {},
) {
  const core = path.join(folder, 'node_modules/use-event-stream/dist/core.js');
  const { createConnectionStore } = (await import(
    pathToFileURL(core).href
  )) as typeof import('../../src/core/index.ts');
  const store = createConnectionStore({ defaults: { reconnect: { maxDelay } } });
  onTestFinished(() => {
    store.close();
  });
  const events: { id: string; data: string }[] = [];
  const states: string[] = [];
  store.subscribe(
    { url, headers },
    {
      onEvents: (batch) => {
        for (const { lastEventId: id, data } of batch) events.push({ id, data: String(data) });
      },
      onState: ({ status }) => states.push(status),
    },
  );
  return { events, states };
}
