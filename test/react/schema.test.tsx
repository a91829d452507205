import { defineStream, StreamError, useEventStream, type StandardSchemaV1 } from 'use-event-stream';
import { mockStream } from 'use-event-stream/testing';
import * as v from 'valibot';
import { expect, test, vi } from 'vitest';
import { z } from 'zod';
import { dataOf, probe } from '../support/page.tsx';
import { render } from '../support/render.ts';
import { listenForReports } from '../support/reports.ts';

const url = 'https://example.test/prices';

interface Price {
  symbol: string;
}

/** A stream read through a schema, and what was rejected of it. */
async function readWith(schema: StandardSchemaV1<unknown, Price>) {
  const stream = mockStream(url, { autoOpen: true });
  const rejected: StreamError[] = [];
  const hook = probe(() =>
    useEventStream(url, { schema, onReject: (error) => rejected.push(error) }),
  );
  await render(
    <stream.wrapper>
      <hook.Probe />
    </stream.wrapper>,
  );
  return { stream, hook, rejected };
}

/** A schema that answers what it is told to. */
const answering = (
  validate: StandardSchemaV1.Props<unknown, Price>['validate'],
): StandardSchemaV1<unknown, Price> => ({
  '~standard': { version: 1, vendor: 'test', validate },
});

test.for<[string, StandardSchemaV1<unknown, Price>]>([
  ['zod', z.object({ symbol: z.string().min(1) })],
  ['valibot', v.object({ symbol: v.pipe(v.string(), v.minLength(1)) })],
])('the value is what a schema of %s makes of the JSON', async ([, schema]) => {
  const { stream, hook, rejected } = await readWith(schema);
  await stream.send([{ data: { symbol: 'A', more: 1 } }, { data: { symbol: 'B' } }]);
  expect(dataOf(hook.current)).toEqual([{ symbol: 'A' }, { symbol: 'B' }]);
  expect([hook.current.rejected, rejected]).toEqual([0, []]);
});

test.for<[string, StandardSchemaV1<unknown, Price>]>([
  ['zod', z.object({ symbol: z.string().min(1, 'no name') })],
  ['valibot', v.object({ symbol: v.pipe(v.string(), v.minLength(1, 'no name')) })],
])('an event that does not match a schema of %s is told with its issues', async ([, schema]) => {
  const { stream, hook, rejected } = await readWith(schema);
  await stream.send([{ data: { symbol: '' } }, { data: { symbol: 'B' } }]);
  expect(dataOf(hook.current)).toEqual([{ symbol: 'B' }]);
  expect(hook.current).toMatchObject({ rejected: 1, status: 'open', error: null });
  expect(rejected).toMatchObject([
    {
      kind: 'schema',
      event: { type: 'message', data: '{"symbol":""}' },
      issues: [{ message: 'no name' }],
      message: expect.stringMatching(/"message".*no name/) as string,
    },
  ]);
});

test('data that is no JSON is no affair of the schema: its kind is `parse`', async () => {
  const { stream, rejected } = await readWith(answering(() => ({ value: { symbol: 'A' } })));
  await stream.send('nonsense');
  expect(rejected).toMatchObject([{ kind: 'parse', event: { data: 'nonsense' } }]);
  expect(rejected[0]?.message).toMatch(/"message".*nonsense/);
});

test('a schema that finds fault and says nothing is told too', async () => {
  const { stream, rejected } = await readWith(answering(() => ({ issues: [] })));
  await stream.send('1');
  expect(rejected).toMatchObject([{ kind: 'schema', issues: [] }]);
  expect(rejected[0]?.message).toContain('no reason given');
});

test('a schema that is asynchronous rejects each event, and is reported once', async () => {
  const reports = listenForReports();
  const later = vi.fn(() => Promise.resolve({ value: { symbol: 'A' } }));
  const { stream, hook, rejected } = await readWith(answering(later));
  await stream.send(['1', '2']);
  expect(hook.current.rejected).toBe(2);
  expect(rejected.map(({ kind }) => kind)).toEqual(['parse', 'parse']);
  expect(rejected[0]?.message).toContain('gave a promise');
  expect(reports()).toEqual([expect.stringContaining('the option `schema` gave a promise')]);
  expect(rejected[0]?.cause).toBeInstanceOf(TypeError);
});

test('an error of ours that a parser throws is the cause of the rejection, not the rejection', async () => {
  const thrown = new StreamError('network', 'mine', {});
  const { stream, rejected } = await readWith(
    answering(() => {
      throw thrown;
    }),
  );
  await stream.send('1');
  expect(rejected).toMatchObject([{ kind: 'parse', cause: thrown }]);
});

test('a schema by name is used for events of that name, and a list of names leaves the data as it is', async () => {
  const stream = mockStream(url, { autoOpen: true });
  const price = z.object({ symbol: z.string() });
  const typed = probe(() => useEventStream(url, { events: { price, note: 'text' } }));
  const listed = probe(() => useEventStream(url, { events: ['price', 'note'] }));
  await render(
    <stream.wrapper>
      <typed.Probe />
      <listed.Probe />
    </stream.wrapper>,
  );
  await stream.send([
    { type: 'price', data: { symbol: 'A', more: 1 } },
    { type: 'note', data: '{}' },
    { type: 'other', data: '{}' },
  ]);
  expect(typed.current.events.map(({ data }) => data)).toEqual([{ symbol: 'A' }, '{}']);
  expect(dataOf(listed.current)).toEqual(['{"symbol":"A","more":1}', '{}']);
});

test('a schema that is a function, as those of ArkType, is asked as a schema and not called', async () => {
  const { '~standard': standard } = answering(() => ({ value: { symbol: 'A' } }));
  const call = vi.fn();
  const { stream, hook } = await readWith(Object.assign(call, { '~standard': standard }));
  await stream.send({ data: 1 });
  expect(dataOf(hook.current)).toEqual([{ symbol: 'A' }]);
  expect(call).not.toHaveBeenCalled();
});

if (__DEV__)
  test.for<[object, RegExp]>([
    [{ schema: {} }, /`schema` is .*; it must be a schema/],
    [{ events: null }, /`events` is null; it must be a list of names/],
    [{ events: ['a', 7] }, /`events.1` is 7; it must be a name/],
    [{ events: { a: {} } }, /`events.a` is .*; it must be a schema, a function or 'text'/],
  ])('no stream is defined with %o', ([options, message]) => {
    expect(() => defineStream(options)).toThrow(message);
  });
