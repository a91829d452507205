import { StreamProvider } from 'use-event-stream';
import { renderToString } from 'react-dom/server';
import { expect, test, vi } from 'vitest';
import { hydrate, makeStore, until } from './support/mount.tsx';
import { Log, Probe } from './support/probe.tsx';
import { startServer } from './support/server.ts';

test('a server renders idle and asks nobody, and the page hydrates without a warning', async () => {
  const server = await startServer();
  const complaint = vi.spyOn(console, 'error');
  const store = makeStore();
  const log = new Log();
  const target = '/numbers?count=3';
  const page = <Probe url={server.url + target} log={log} />;
  const html = renderToString(<StreamProvider store={store}>{page}</StreamProvider>);
  expect(html).toBe('<output>idle</output>');
  expect(store.connections()).toEqual([]);

  const container = hydrate(html, page, store);
  await until(() => log.last?.numbers.length === 3);
  expect(log.commits[0]).toMatchObject({ state: { status: 'idle' }, numbers: [] });
  expect(container.innerHTML).toBe('<output>open</output>');
  expect(await server.traffic(target)).toMatchObject({ requests: 1 });
  expect(complaint).not.toHaveBeenCalled();
});
