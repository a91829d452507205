import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { freePort, untilListening } from '../../.tools/ports.ts';
import { consumer, endedAfterAll, type Consumer } from './consumer.ts';
import { cuttable, follow } from './cuttable.ts';
import { environment } from './run.ts';

const held = endedAfterAll();
let app: Consumer;
beforeAll(async () => {
  // The code blocks of the docs, as they stand there.
  app = await consumer('servers', held, { 'stories/docs/server': 'src' });
  await app.run('npm', 'run', 'build');
});

/** Starts a recipe, which ends with the test. */
async function start(recipe: string, port: number) {
  const server = spawn(process.execPath, [path.join(app.folder, 'build', `${recipe}.js`)], {
    env: { ...environment, PORT: String(port) },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const ended = once(server, 'exit');
  onTestFinished(async () => {
    server.kill('SIGKILL');
    await ended;
  });
  await untilListening(port);
  return { server, ended };
}

/** The offsets of ids of the form `epoch:offset`. */
const offsetsOf = (ids: readonly string[]) => ids.map((id) => Number(id.split(':')[1]));

test.each(['http', 'express', 'hono'])(
  'the recipe for %s sends, and after a cut what was missed, once',
  async (recipe) => {
    const port = await freePort();
    await start(recipe, port);
    const proxy = await cuttable(port);
    const { events } = await follow(app, `${proxy.url}/api/prices`);
    await expect.poll(() => events.length).toBeGreaterThan(1);
    proxy.cut();
    const before = events.length;
    await expect.poll(() => events.length).toBeGreaterThan(before + 2);
    expect(proxy.connections()).toBeGreaterThan(1);
    const offsets = offsetsOf(events.map(({ id }) => id));
    const first = offsets[0] ?? NaN;
    expect(offsets).toEqual(offsets.map((_, index) => first + index));
    expect(events[0]?.data).toContain('"symbol":"ACME"');
  },
);

test('a deploy: clients are told when to come back, and the next process takes them', async () => {
  const port = await freePort();
  const { server, ended } = await start('http', port);
  const proxy = await cuttable(port);
  const { events, states } = await follow(app, `${proxy.url}/api/prices`, { maxDelay: 100 });
  await expect.poll(() => events.length).toBeGreaterThan(0);
  server.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
  await expect.poll(() => states.at(-1)).toBe('reconnecting');
  await start('http', port);
  const before = events.length;
  await expect.poll(() => events.length).toBeGreaterThan(before);
  const epochs = new Set(events.map(({ id }) => id.split(':')[0]));
  expect(epochs.size).toBe(2);
});

test("an inbox is its user's, and the id of another user gives nothing of it", async () => {
  const port = await freePort();
  await start('inbox', port);
  const url = `http://127.0.0.1:${String(port)}/api`;
  const as = (user: string) => ({ authorization: `Bearer key-of-${user}` });
  const send = (to: string, body: string) =>
    fetch(`${url}/messages/${to}`, { method: 'POST', headers: as('ana'), body });
  expect((await fetch(`${url}/inbox`)).status).toBe(401);
  const ana = await follow(app, `${url}/inbox`, { headers: as('ana') });
  await expect.poll(() => ana.states.at(-1)).toBe('open');
  await send('ana', 'for Ana');
  await expect.poll(() => ana.events.map(({ data }) => data)).toEqual(['{"text":"for Ana"}']);
  await send('ana', 'for Ana too');
  await expect.poll(() => ana.events.length).toBe(2);
  const ben = await follow(app, `${url}/inbox`, {
    headers: { ...as('ben'), 'last-event-id': ana.events[0]?.id ?? '' },
  });
  await expect.poll(() => ben.states.at(-1)).toBe('open');
  await send('ben', 'for Ben');
  await expect.poll(() => ben.events.map(({ data }) => data)).toEqual(['{"text":"for Ben"}']);
});
