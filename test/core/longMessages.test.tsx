import {
  json,
  useEventStream,
  useStreamProgress,
  type StreamError,
  type StreamFormat,
} from 'use-event-stream';
import { expect, test, vi } from 'vitest';
import { probe, setUpPage } from '../support/page.tsx';
import { render } from '../support/render.ts';

const url = 'https://example.test/stream';
/** What comes from the wire, or from a user: one letter that no message has of itself. */
const long = '\u00fc'.repeat(1_000_000);

const throwing = (make: (text: string) => unknown) => ({
  parse: (data: string): string => {
    throw make(data);
  },
});

const refusing = (make: (data: unknown) => string) => ({
  schema: {
    '~standard': {
      version: 1 as const,
      vendor: 'test',
      validate: (data: unknown) => ({ issues: [{ message: make(data) }] }),
    },
  },
});

const breaking: StreamFormat = {
  contentType: 'text/plain',
  decode: () => ({
    chunk: (bytes) => {
      throw new Error(new TextDecoder().decode(bytes));
    },
    end: () => undefined,
  }),
};

type Options = object;
type Event = { type?: string; data: string };

/** What an event is told to `onReject` with, or the stream with when it fails. */
async function errorOf(event: Event, options: Options): Promise<StreamError> {
  const { stream, below } = setUpPage({ autoOpen: true });
  const rejected = vi.fn();
  const hook = probe(() => useEventStream(url, { ...options, onReject: rejected }));
  await render(below(<hook.Probe />));
  await stream.send(event);
  const [told] = rejected.mock.calls.flat() as StreamError[];
  const error = told ?? hook.current.error;
  if (!error) throw new Error('Nothing failed.');
  return error;
}

const count = (text: string) => text.split('\u00fc').length - 1;

test.for<[string, Event, Options, number]>([
  ['no JSON', { data: `{${long}` }, { parse: json }, 0],
  ['a long name', { type: long, data: '{' }, { parse: json }, 50],
  ['an error of all its text', { data: long }, throwing((text) => new Error(text)), 100],
  ['a text thrown', { data: long }, throwing((text) => text), 100],
  ['a list thrown', { data: long }, throwing((text) => [text]), 0],
  ['what is no text', { data: long }, throwing(() => Object.create(null)), 0],
  ['both', { type: long, data: long }, throwing((text) => new Error(text)), 150],
  ['an issue', { type: long, data: JSON.stringify(long) }, refusing(String), 150],
  ['a failure', { type: 'bad', data: long }, { failOn: 'bad' }, 150],
  ['a failure without a reason', { type: long, data: '' }, { failOn: long }, 100],
])(
  'of an event with %s the message has at most 200 characters of the wire',
  async ([, event, options, least]) => {
    const { message } = await errorOf(event, options);
    expect(count(message)).toBeLessThanOrEqual(200);
    expect(count(message)).toBeGreaterThanOrEqual(least);
    expect(message.length).toBeLessThan(400);
  },
);

test('of what a job says of its failure the message and the text of its status have at most 200 characters', async () => {
  const { stream, below } = setUpPage({ autoOpen: true });
  const hook = probe(() => useStreamProgress(url));
  await render(below(<hook.Probe />));
  await stream.send({ type: 'error', data: JSON.stringify({ error: long.slice(0, 60_000) }) });
  expect(hook.current.error?.message).toHaveLength(200);
  expect(hook.current.error?.reason).toHaveLength(500);
  expect(count(hook.current.statusText)).toBeLessThanOrEqual(200);
});

test.for<[string, Options, (page: ReturnType<typeof setUpPage>) => Promise<unknown>]>([
  [
    'a wrong content type',
    {},
    ({ open }) => open({ headers: { 'content-type': `text/${long.slice(0, 10_000)}` } }),
  ],
  [
    'a decoder that throws it',
    { format: breaking },
    async ({ open, send }) => {
      await open();
      await send(long);
    },
  ],
  ['a path of the url', { url: `${url}/${long}` }, ({ reject }) => reject(404)],
  [
    'a type that is asked for',
    { format: { ...breaking, contentType: long } },
    ({ open }) => open({ headers: { 'content-type': 'text/html' } }),
  ],
])(
  'with %s it has as few',
  async ([, { url: other = url, ...options }, step]: [
    string,
    Options & { url?: string },
    (page: ReturnType<typeof setUpPage>) => Promise<unknown>,
  ]) => {
    const page = setUpPage();
    const hook = probe(() => useEventStream(other, options));
    await render(page.below(<hook.Probe />));
    await step(page);
    // So long the body of an error is read.
    await page.advance(1_000);
    const { message = '', url: address = '' } = hook.current.error ?? {};
    expect(message).not.toBe('');
    expect(count(message)).toBeLessThanOrEqual(200);
    expect(message.length).toBeLessThan(600);
    expect(address.length).toBeLessThanOrEqual(200);
  },
);
