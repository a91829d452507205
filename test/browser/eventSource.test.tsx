import { useEventStream, type ConnectionState } from 'use-event-stream';
import { useEffect } from 'react';
import { expect, test } from 'vitest';
import { mount, until } from './support/mount.tsx';
import { startServer } from './support/server.ts';

const event = (type: string) => `event: ${type}\ndata: ${type}\n\n`;

/** Shows what the browser's EventSource makes of a response. */
async function show(body: string, options: { events?: string[]; until?: string } = {}) {
  const server = await startServer();
  const target = `/text?${new URLSearchParams({ body }).toString()}`;
  const heard: string[] = [];
  const states: ConnectionState[] = [];
  function Listener() {
    const { onState, ...hook } = {
      onState: (state: ConnectionState) => states.push(state),
      ...options,
    };
    const state = useEventStream(server.url + target, {
      ...hook,
      transport: 'eventsource',
      onEvent: ({ type, data }) => heard.push(`${type} ${data}`),
    });
    useEffect(() => {
      onState(state);
    });
    return state.status;
  }
  const mounted = mount(<Listener />);
  const open = async () => (await server.traffic(target)).open;
  return { ...mounted, server, heard, states, open };
}

test('EventSource hears the plain events where no names are declared', async () => {
  const { heard } = await show(`${event('note')}data: one\n\n${event('price')}data: two\n\n`);
  await until(() => heard.includes('message two'));
  expect(heard).toEqual(['message one', 'message two']);
});

test('EventSource hears declared names and the one that ends the stream, and no others', async () => {
  const { heard, states, store, open } = await show(
    `${event('price')}${event('undeclared')}${event('note')}${event('done')}${event('price')}`,
    { events: ['price', 'note'], until: 'done' },
  );
  await until(() => states.at(-1)?.status === 'closed');
  expect(heard).toEqual(['price price', 'note note']);
  expect(states.at(-1)).toMatchObject({ status: 'closed', reason: 'done', error: null });

  await until(async () => (await open()) === 0);
  expect(store.connections()).toMatchObject([{ state: { status: 'closed' } }]);
});

test("a server's event of the name error is an event and no error", async () => {
  const { heard, states } = await show(`${event('error')}${event('price')}`, {
    events: ['error', 'price'],
  });
  await until(() => heard.length === 2);
  expect(heard).toEqual(['error error', 'price price']);
  expect(states.map(({ status }) => status)).not.toContain('reconnecting');
  expect(states.at(-1)).toMatchObject({ status: 'open', error: null });
});

test('an undeclared event of the name error changes nothing', async () => {
  const { heard, states } = await show(`${event('error')}data: one\n\n`);
  await until(() => heard.length === 1);
  expect(states.at(-1)).toMatchObject({ status: 'open', error: null });
});

test('the status is reconnecting without a time while the browser tries again', async () => {
  const { server, heard, states } = await show('retry: 100\ndata: one\n\n');
  await until(() => heard.length === 1);
  await server.kill();
  await until(() => states.at(-1)?.status === 'reconnecting');
  const { length } = states;
  expect(states.at(-1)).toMatchObject({ attempt: 1, retryAt: null, error: null });

  await server.restart();
  await until(() => states.slice(length).some(({ status }) => status === 'open'));
  await until(() => heard.length === 2);
});

test('nothing is left open once the component is gone and the linger is over', async () => {
  const { heard, store, unmount, open } = await show('data: one\n\n');
  await until(() => heard.length === 1);
  expect(store.connections()).toMatchObject([{ transport: 'eventsource', subscribers: 1 }]);

  unmount();
  await until(() => store.connections().length === 0);
  await until(async () => (await open()) === 0);
});
