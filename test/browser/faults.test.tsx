import type { ConnectionState } from 'use-event-stream';
import { expect, test } from 'vitest';
import { listenForReports } from '../support/reports.ts';
import { isFirefox, isWebKit } from './support/engine.ts';
import { makeStore, until } from './support/mount.tsx';
import { startServer, type Server } from './support/server.ts';

type Transport = 'fetch' | 'eventsource';
const transports = ['fetch', 'eventsource'] as const;

const count = 30;
const numbers = Array.from({ length: count }, (_, index) => index + 1);

const describe = ({ status, attempt, error }: ConnectionState) =>
  [status, ...(attempt > 0 ? [attempt] : []), ...(error ? [error.kind] : [])].join(' ');

/** Reads a stream of numbers; a state that is told again, with its time alone changed, is noted once. */
function read(url: string, transport: Transport) {
  const heard: number[] = [];
  const states: string[] = [];
  makeStore().subscribe(
    { url, transport, reconnect: { delay: 100, maxDelay: 200 } },
    {
      onEvents(events) {
        for (const { data } of events) heard.push(Number(data));
      },
      onState(state) {
        const description = describe(state);
        if (states.at(-1) !== description) states.push(description);
      },
    },
  );
  return { heard, states };
}

interface Answered {
  states: readonly string[];
  requests: number;
}

interface Fault extends Record<Transport, Answered> {
  name: string;
  /** Of the numbers' url. */
  query: string;
}

const again = (...between: string[]) => ['connecting', ...between, 'open'];
const inOnePiece: Answered = { states: ['connecting', 'open'], requests: 1 };
const triedAgain: Answered = { states: again('reconnecting 1 network'), requests: 2 };
/** Firefox asks again itself, at once and without a word, where a connection ends before any answer. */
const askedAgain: Answered = { states: inOnePiece.states, requests: 2 };

const faults: readonly Fault[] = [
  {
    name: 'two answers of 503',
    query: 'answers=503,503',
    fetch: { states: again('reconnecting 1 http', 'reconnecting 2 http'), requests: 3 },
    eventsource: { states: again('reconnecting 1 network', 'reconnecting 2 network'), requests: 3 },
  },
  {
    name: 'a 204',
    query: 'answers=204',
    fetch: { states: ['connecting', 'closed'], requests: 1 },
    // The browser has given up and hides why.
    eventsource: triedAgain,
  },
  {
    name: 'a wrong content type',
    query: 'answers=html',
    fetch: { states: ['connecting', 'failed contentType'], requests: 1 },
    // The browser has given up and hides why.
    eventsource: triedAgain,
  },
  {
    name: 'a content type that stays wrong',
    query: 'answers=html,html,html,html,html,html,html',
    fetch: { states: ['connecting', 'failed contentType'], requests: 1 },
    eventsource: {
      states: [
        'connecting',
        ...[1, 2, 3, 4, 5].map((attempt) => `reconnecting ${String(attempt)} network`),
        'failed 5 network',
      ],
      requests: 6,
    },
  },
  { name: 'one byte at a time', query: 'bytes', fetch: inOnePiece, eventsource: inOnePiece },
  {
    name: 'two streams that end at once',
    query: 'answers=end,end',
    fetch: { states: again('open', 'reconnecting 1', 'open', 'reconnecting 2'), requests: 3 },
    eventsource: { states: again('open', 'reconnecting 1', 'open', 'reconnecting 2'), requests: 3 },
  },
  {
    name: 'a connection that is accepted and dropped',
    query: 'answers=drop',
    fetch: isFirefox ? askedAgain : triedAgain,
    eventsource: isFirefox ? askedAgain : { states: again('reconnecting 1'), requests: 2 },
  },
];

test.each(faults.flatMap((fault) => transports.map((transport) => ({ ...fault, transport }))))(
  'after $name over $transport the states and requests are the right ones and every number comes once',
  async ({ query, transport, ...fault }) => {
    const server = await startServer();
    const target = `/numbers?count=${String(count)}&${query}`;
    const { states, requests } = fault[transport];
    const { heard, states: seen } = read(server.url + target, transport);
    const isOpen = states.at(-1) === 'open';
    await until(() => (isOpen ? heard.length >= count : seen.at(-1) === states.at(-1)));

    expect(seen).toEqual(states);
    expect(heard).toEqual(isOpen ? numbers : []);
    expect(await server.traffic(target)).toMatchObject({ requests, mostOpen: 1 });
  },
);

/** The tries while nobody listens are as many as there was time for: only the first is of interest. */
const withoutTries = (states: readonly string[]) =>
  states.filter((state) => !/^reconnecting (?!1\b)/.test(state));

const failed = 'reconnecting 1 network';
const ended = 'reconnecting 1';
/** In WebKit a chunked body that is cut looks like one that has ended. */
const losses = { fetch: isWebKit ? ended : failed, eventsource: ended };
/** Firefox's EventSource gives up on a server of another origin that cannot be reached. */
const refusals = { fetch: failed, eventsource: isFirefox ? failed : ended };
const isLost = (states: readonly string[]) => states.at(-1)?.startsWith('reconnecting') === true;

async function comeBack(server: Server, { heard, states }: ReturnType<typeof read>) {
  await until(() => isLost(states));
  await server.restart();
  await until(() => heard.length >= count);
  expect(heard).toEqual(numbers);
}

test.each(transports)(
  'over %s a server that dies in mid-stream is tried until it is back, with every number once',
  async (transport) => {
    const server = await startServer([12]);
    // The browser has to find the server back: Firefox would give up, and begin anew without an id.
    const query = `count=${String(count)}&rate=500&retry=1000`;
    const stream = read(`${server.url}/numbers?${query}`, transport);
    await comeBack(server, stream);
    expect(withoutTries(stream.states)).toEqual(again('open', losses[transport]));
  },
);

test.each(transports)('over %s a refused port is tried until it is open', async (transport) => {
  const server = await startServer();
  await server.kill();
  const stream = read(`${server.url}/numbers?count=${String(count)}`, transport);
  await comeBack(server, stream);
  expect(withoutTries(stream.states)).toEqual(again(refusals[transport]));
});

test('a server whose CORS rules allow no Last-Event-ID is read from its start, with every number once', async () => {
  const reported = listenForReports();
  const server = await startServer([12]);
  // Paced: the end of what was written may have died with the server.
  const target = `/numbers?count=${String(count)}&rate=200&forbids`;
  const stream = read(server.url + target, 'fetch');
  await comeBack(server, stream);
  const { lastEventIds } = await server.traffic(target);
  expect(lastEventIds).toEqual(['', '']);
  expect(reported()).toHaveLength(1);
});

const cannotSend = 'the body is a stream, which this browser cannot send';
/** Over HTTP/1.1 Chromium sends no streams either, and does not say so beforehand. */
const isKnownBefore = isFirefox || isWebKit;
const refusal = isKnownBefore
  ? { kind: 'aborted', message: expect.stringContaining(cannotSend) as string }
  : { kind: 'network' };

test('a stream as a body that cannot be sent fails, and nothing is sent in its place', async () => {
  const server = await startServer();
  const errors: unknown[] = [];
  let isCancelled = false;
  const body = () =>
    new ReadableStream({
      cancel() {
        isCancelled = true;
      },
    });
  const target = '/numbers?count=1';
  makeStore().subscribe(
    { url: server.url + target, method: 'POST', body },
    {
      onEvents: () => undefined,
      onState({ error }) {
        if (error) errors.push(error);
      },
    },
  );
  await until(() => errors.length > 0);
  expect(errors).toMatchObject([refusal]);
  if (isKnownBefore) expect(isCancelled).toBe(true);
  expect(await server.traffic(target)).toMatchObject({ requests: 0 });
});
