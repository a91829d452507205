import { StrictMode } from 'react';
import { flushSync } from 'react-dom';
import { expect, test, vi } from 'vitest';
import { makeStore, mount, until } from './support/mount.tsx';
import { Log, Probe } from './support/probe.tsx';
import { startServer } from './support/server.ts';

const target = '/numbers?rate=200';

test('StrictMode opens one connection, and unmounting closes it after the linger', async () => {
  const server = await startServer();
  const log = new Log();
  const { store, unmount } = mount(
    <StrictMode>
      <Probe url={server.url + target} log={log} />
    </StrictMode>,
  );
  await until(() => log.heard.length > 10);
  expect(await server.traffic(target)).toMatchObject({ requests: 1, open: 1 });

  unmount();
  await until(async () => (await server.traffic(target)).open === 0);
  expect(store.connections()).toEqual([]);
  expect(log.numbers).toEqual(log.numbers.map((_, index) => index + 1));
});

test('nothing is shown or heard after unmounting, though the connection lingers', async () => {
  const server = await startServer();
  const complaint = vi.spyOn(console, 'error');
  const log = new Log();
  const { unmount } = mount(<Probe url={server.url + target} log={log} />);
  await until(() => log.heard.length > 10);
  unmount();
  const before = { commits: log.commits.length, heard: log.heard.length };
  await until(async () => (await server.traffic(target)).open === 0);

  expect({ commits: log.commits.length, heard: log.heard.length }).toEqual(before);
  expect(complaint).not.toHaveBeenCalled();
});

test.each([
  ['', false],
  [' in StrictMode', true],
])(
  'a component that unmounts%s while its token is pending never asks the server',
  async (_, strict) => {
    const server = await startServer();
    const log = new Log();
    const grants: (() => void)[] = [];
    const headers = () =>
      new Promise<Record<string, string>>((resolve) => {
        grants.push(() => {
          resolve({ authorization: 'Bearer token' });
        });
      });
    const probe = <Probe url={server.url + target} log={log} options={{ headers }} />;
    const { store, unmount } = mount(strict ? <StrictMode>{probe}</StrictMode> : probe);
    await until(() => grants.length > 0);
    unmount();
    await until(() => store.connections().length === 0);
    for (const grant of grants) grant();

    // A request of our own that has come and gone would have been overtaken by theirs.
    await fetch(`${server.url}/nothing`);
    expect(grants).toHaveLength(1);
    expect(await server.traffic(target)).toMatchObject({ requests: 0 });
  },
);

test('a url that changes while its attempt is in flight leaves that attempt at once', async () => {
  const server = await startServer();
  const log = new Log();
  const { render } = mount(<Probe url={`${server.url}/silence`} log={log} />);
  await until(async () => (await server.traffic('/silence')).open === 1);
  render(<Probe url={server.url + target} log={log} />);
  await until(() => log.heard.length > 10);

  await until(async () => (await server.traffic('/silence')).open === 0);
  expect(await server.traffic('/silence')).toMatchObject({ requests: 1 });
  expect(await server.traffic(target)).toMatchObject({ requests: 1, open: 1 });
});

test('no event of an old url is shown or heard under a new one', async () => {
  const server = await startServer();
  const log = new Log();
  const targetOf = (start: number) => `/numbers?after=${String(start)}&rate=2000`;
  const starts = [0, 1e6, 2e6, 3e6, 4e6, 5e6];
  const urlOf = (start: number) => server.url + targetOf(start);
  const { render } = mount(<Probe url={urlOf(0)} log={log} />);
  for (const start of starts) {
    render(<Probe url={urlOf(start)} log={log} />);
    await until(() => log.last?.url === urlOf(start) && log.last.numbers.length > 20);
  }

  const startOf = (number: number) => Math.floor((number - 1) / 1e6) * 1e6;
  for (const { url, numbers } of log.commits) {
    for (const number of numbers) expect(urlOf(startOf(number))).toBe(url);
  }
  for (const { url, number } of log.heard) expect(urlOf(startOf(number))).toBe(url);
  for (const start of starts) {
    expect(await server.traffic(targetOf(start))).toMatchObject({ requests: 1, mostOpen: 1 });
    await until(async () => (await server.traffic(targetOf(start))).open === Number(start === 5e6));
  }
});

test.each(['fetch', 'eventsource'] as const)(
  'ten mounts and unmounts in one tick ask the server once over %s, and close after the linger',
  async (transport) => {
    const server = await startServer();
    const log = new Log();
    const probe = <Probe url={server.url + target} log={log} options={{ transport }} />;
    const { render, store } = mount(null);
    for (let time = 0; time < 10; time++) {
      flushSync(() => {
        render(probe);
      });
      flushSync(() => {
        render(null);
      });
    }
    flushSync(() => {
      render(probe);
    });
    await until(() => log.heard.length > 10);
    expect(await server.traffic(target)).toMatchObject({ requests: 1, mostOpen: 1 });

    render(null);
    await until(async () => (await server.traffic(target)).open === 0);
    expect(store.connections()).toEqual([]);
  },
);

test('ten components that mount in StrictMode share one connection', async () => {
  const server = await startServer();
  const logs = Array.from({ length: 10 }, () => new Log());
  mount(
    <StrictMode>
      {logs.map((log, index) => (
        <Probe key={index} url={server.url + target} log={log} />
      ))}
    </StrictMode>,
  );
  await until(() => logs.every((log) => log.heard.length > 10));

  expect(await server.traffic(target)).toMatchObject({ requests: 1, mostOpen: 1 });
});

test('an answer that is refused holds no connection, though its body never ends', async () => {
  const server = await startServer();
  const refused = '/endless';
  const store = makeStore();
  const states: string[] = [];
  store.subscribe(
    { url: server.url + refused },
    { onEvents: () => undefined, onState: ({ status }) => states.push(status) },
  );
  await until(() => states.includes('failed'));

  await until(async () => (await server.traffic(refused)).open === 0);
  expect((await server.traffic(refused)).requests).toBe(1);
});
