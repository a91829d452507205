import { createConnectionStore, json, StreamProvider, useEventStream } from 'use-event-stream';
import { expect, onTestFinished, test } from 'vitest';
import { FakeClock, turns } from '../support/fakeClock.ts';
import { FakeServer } from '../support/fakeServer.ts';
import { act, render } from '../support/render.ts';

interface Row {
  name: string;
}

test('counts, reports and skips the lines of NDJSON that are no JSON, and goes on to the end', async () => {
  const clock = new FakeClock();
  const server = new FakeServer();
  const store = createConnectionStore({ clock, fetch: server.fetch });
  onTestFinished(() => {
    store.close();
  });
  const reported: unknown[] = [];
  const seen: { status: string; rejected: number; names: string[] }[] = [];
  function Probe() {
    const { status, rejected, events } = useEventStream('https://example.test/rows', {
      format: 'ndjson',
      parse: json<Row>,
      onReject: (error) => reported.push([error.kind, error.event.data]),
    });
    seen.push({ status, rejected, names: events.map(({ data }) => data.name) });
    return null;
  }
  await render(
    <StreamProvider store={store}>
      <Probe />
    </StreamProvider>,
  );
  await act(turns);
  await act(async () => {
    server.last.open({ 'content-type': 'application/x-ndjson' });
    server.last.send('{"name":"ß"}\n\n{broken\n{"name":"b"}\r\n{"name":');
    await clock.advance(40);
  });
  expect(seen.at(-1)).toEqual({ status: 'open', rejected: 1, names: ['ß', 'b'] });
  await act(async () => {
    server.last.end();
    await clock.advance(40);
  });
  expect(seen.at(-1)).toEqual({ status: 'closed', rejected: 2, names: ['ß', 'b'] });
  expect(reported).toEqual([
    ['parse', '{broken'],
    ['parse', '{"name":'],
  ]);
  expect(server.requests).toHaveLength(1);
});
