import { useState, useTransition } from 'react';
import { expect, test } from 'vitest';
import { mount, until } from '../support/mount.tsx';
import { Log, Probe } from '../support/probe.tsx';
import { startServer } from '../support/server.ts';
import { Work } from '../support/work.tsx';

function Page(props: { url: string; log: Log; onWork: (version: number) => void }) {
  const { url, log, onWork } = props;
  const [version, setVersion] = useState(0);
  const [, startTransition] = useTransition();
  const turn = () => {
    startTransition(() => {
      setVersion((before) => before + 1);
    });
  };
  return (
    <>
      <button onClick={turn}>Turn the page</button>
      <Probe url={url} log={log} options={{ until: ({ data }) => data === '1500' }} />
      <Work ms={40} version={version} onCommit={onWork} />
    </>
  );
}

const order = ['connecting', 'open', 'closed'];

test('no commit goes backwards or shows closed without the last data, with transitions all the while', async () => {
  const server = await startServer();
  const log = new Log();
  let turned = 0;
  const { container } = mount(
    <Page
      url={`${server.url}/numbers?rate=1000`}
      log={log}
      onWork={(version) => {
        turned = version;
      }}
    />,
  );
  for (let version = 1; log.last?.state.status !== 'closed'; version++) {
    await until(() => container.querySelector('button') !== null);
    container.querySelector('button')?.click();
    await until(() => turned >= version);
  }

  const counts = log.commits.map(({ numbers }) => numbers.length);
  expect(counts).toEqual(counts.toSorted((a, b) => a - b));
  const steps = log.commits.map(({ state }) => order.indexOf(state.status));
  expect(steps).toEqual(steps.toSorted((a, b) => a - b));
  const ended = log.commits.filter(({ state }) => state.status === 'closed');
  for (const { numbers } of ended) expect(numbers.at(-1)).toBe(1_500);
  expect(turned).toBeGreaterThan(2);
});
