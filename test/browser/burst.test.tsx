import { expect, test } from 'vitest';
import { mount, until } from './support/mount.tsx';
import { Log, Probe } from './support/probe.tsx';
import { startServer } from './support/server.ts';

const numbers = Array.from({ length: 5_000 }, (_, index) => index + 1);

test.each(['fetch', 'eventsource'] as const)(
  'a burst of 5,000 events in one write is shown in a few commits over %s, and all are heard and folded in order',
  async (transport) => {
    const server = await startServer();
    const log = new Log();
    const url = `${server.url}/numbers?count=5000&burst=5000`;
    mount(<Probe url={url} log={log} options={{ transport }} />);
    await until(() => log.last?.numbers.length === 5_000);

    expect(log.numbers).toEqual(numbers);
    expect(log.last?.numbers).toEqual(numbers);
    const withData = log.commits.filter((commit) => commit.numbers.length > 0);
    expect(withData.length).toBeLessThanOrEqual(10);
  },
);
