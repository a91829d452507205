import { json, useEventStream } from 'use-event-stream';
import { mockStream } from 'use-event-stream/testing';
import { expect, test } from 'vitest';
import { render } from '../support/render.ts';

interface Row {
  name: string;
}

test('counts, reports and skips the lines of NDJSON that are no JSON, and goes on to the end', async () => {
  const stream = mockStream('https://example.test/rows');
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
    <stream.wrapper>
      <Probe />
    </stream.wrapper>,
  );
  await stream.open();
  await stream.chunk('{"name":"ß"}\n\n{broken\n{"name":"b"}\r\n{"name":');
  expect(seen.at(-1)).toEqual({ status: 'open', rejected: 1, names: ['ß', 'b'] });
  await stream.end();
  expect(seen.at(-1)).toEqual({ status: 'closed', rejected: 2, names: ['ß', 'b'] });
  expect(reported).toEqual([
    ['parse', '{broken'],
    ['parse', '{"name":'],
  ]);
  expect(stream.requests).toHaveLength(1);
});
