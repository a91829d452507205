import { existsSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { startServer, type DemoServer } from '../../stories/server/node.ts';
import { consumer, endedAfterAll, type Consumer } from './consumer.ts';

/** The Node of the machine, which may be older than the one of this repository. */
function systemNode(): string {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  return (
    (process.env['PATH'] ?? '')
      .split(path.delimiter)
      .filter((folder) => !folder.includes('node_modules'))
      .map((folder) => path.join(folder, name))
      .find((file) => existsSync(file)) ?? process.execPath
  );
}

const held = endedAfterAll();
let app: Consumer;
let server: DemoServer;
beforeAll(async () => {
  [app, server] = await Promise.all([consumer('commonjs', held), startServer()]);
  held.defer(server.close);
});

const node = systemNode();
const printed = async (...args: string[]): Promise<unknown> =>
  JSON.parse(await app.run(node, ...args));

test('renders every hook on a server, idle and with its initial data, and asks nobody', async () => {
  expect(await printed('server.js')).toEqual({
    html: '<output>idle 41</output><div role="progressbar" aria-valuemin="0" aria-valuemax="100">idle</div><pre>idle 0</pre>',
    connections: 0,
  });
});

test('reads a stream with the core until it is over, and knows an error', async () => {
  expect(await printed('core.js', server.url)).toEqual({
    numbers: Array.from({ length: 30 }, (_, index) => index + 1),
    reason: 'done',
    failure: { isStreamError: true, kind: 'http', status: 404 },
  });
});

test('scripts a stream where there is no DOM', async () => {
  expect(await printed('testing.js')).toEqual({ data: ['one', 'two'], resumedFrom: '2' });
});
