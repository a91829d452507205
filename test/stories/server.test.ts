// @vitest-environment node
import { once } from 'node:events';
import { request as httpRequest, type ServerResponse } from 'node:http';
import { getResponse } from 'msw';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { batchJobs } from '../../stories/server/batch.ts';
import { handle } from '../../stories/server/index.ts';
import { logRecord } from '../../stories/server/logRecord.ts';
import { handlers } from '../../stories/server/msw.ts';
import { nodeListener, startServer, type DemoServer } from '../../stories/server/node.ts';
import { SYMBOLS } from '../../stories/server/prices.ts';
import { due } from '../../stories/server/sequence.ts';
import type { SessionReport } from '../../stories/server/session.ts';
import { sleep } from '../../stories/server/sleep.ts';
import { streamBody, type StreamLife } from '../../stories/server/streamBody.ts';

interface Event {
  id: string;
  type: string;
  data: string;
}

let server: DemoServer;
let names = 0;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

/** A session of its own for each test, so that none sees another's streams. */
const newSession = () => `test-${names++}`;

/** Waits until a fact holds; generous, for machines that are busy. */
const until = (fact: () => unknown) => vi.waitFor(fact, { timeout: 4_000 });

const get = (path: string, init?: RequestInit) => fetch(server.url + path, init);
const resume = (path: string, id: string | number) =>
  get(path, { headers: { 'Last-Event-ID': String(id) } });
const post = (path: string, body?: unknown) =>
  get(path, { method: 'POST', body: body === undefined ? null : JSON.stringify(body) });
const control = (session: string, body: unknown) =>
  post(`/api/ticks/control?session=${session}`, body);
const bearer = (token: string) => ({ headers: { Authorization: `Bearer ${token}` } });

async function json<T>(response: Response): Promise<T> {
  return (await response.json()) as T;
}

async function connections(session: string): Promise<SessionReport> {
  return json(await get(`/api/ticks/connections?session=${session}`));
}

/** Waits until a session has so many open streams. */
async function openStreams(session: string, open: number): Promise<void> {
  await until(async () => {
    expect((await connections(session)).open).toBe(open);
  });
}

/** The decoded chunks of a response; leaving the loop cancels it. */
async function* textOf(response: Response): AsyncGenerator<string> {
  if (!response.body) throw new Error(`There is no body: status ${response.status}`);
  const decoder = new TextDecoder();
  for await (const chunk of response.body) yield decoder.decode(chunk, { stream: true });
}

/** A reading of the wire that shares no code with the server or the package. */
async function* eventsOf(response: Response): AsyncGenerator<Event> {
  let buffer = '';
  for await (const text of textOf(response)) {
    const blocks = (buffer + text).split('\n\n');
    buffer = blocks.pop() ?? '';
    for (const block of blocks) {
      const event = eventOf(block);
      if (event) yield event;
    }
  }
}

function eventOf(block: string): Event | null {
  const field = (name: string) =>
    block
      .split('\n')
      .filter((line) => line.startsWith(`${name}: `))
      .map((line) => line.slice(name.length + 2));
  if (field('data').length === 0) return null;
  return {
    id: field('id')[0] ?? '',
    type: field('event')[0] ?? 'message',
    data: field('data').join('\n'),
  };
}

/** The first `count` items; what gave them is left, as a client that goes away does. */
async function take<T>(items: AsyncGenerator<T>, count: number): Promise<T[]> {
  const taken: T[] = [];
  for await (const item of items) {
    taken.push(item);
    if (taken.length === count) break;
  }
  return taken;
}

async function all<T>(items: AsyncGenerator<T>): Promise<T[]> {
  return take(items, Infinity);
}

const ids = (events: readonly Event[]) => events.map(({ id }) => Number(id));
const parsed = (events: readonly Event[]) =>
  events.map(({ data }) => JSON.parse(data) as Record<string, unknown>);

describe('what every stream does', () => {
  const streams = ['/api/prices', '/api/notifications', '/api/ticks', '/api/logs', '/api/logs.txt'];

  it.each(streams)('%s says what it is and asks not to be held back', async (path) => {
    const response = await get(`${path}?count=1`);
    const type = path.endsWith('.txt') ? 'text/plain; charset=utf-8' : 'text/event-stream';
    expect(response.status).toBe(200);
    expect(response.headers.get('Content-Type')).toBe(type);
    expect(response.headers.get('Cache-Control')).toBe('no-store, no-transform');
    expect(response.headers.get('X-Accel-Buffering')).toBe('no');
    await response.body?.cancel();
  });

  it.each(streams)('%s stops as soon as its client leaves', async (path) => {
    const session = newSession();
    // The second event is a minute away: only the client's leaving can end the stream.
    const response = await get(`${path}?interval=60000&session=${session}`);
    await openStreams(session, 1);
    await response.body?.cancel();
    await openStreams(session, 0);
  });

  it('changes its pace while it is open, and keeps it for the next stream of the session', async () => {
    const session = newSession();
    // Once a minute: only the new pace can bring the second event in time.
    const path = `/api/logs?interval=60000&session=${session}`;
    const events = eventsOf(await get(path));
    const [first] = await take(events, 1);
    await control(session, { action: 'pace', rate: 2_000 });
    const rest = await take(events, 200);
    expect(first?.id).toBe('1');
    expect(rest.map(({ id }) => Number(id))).toEqual(Array.from(rest, (_, index) => index + 2));
    const next = await take(eventsOf(await get(`${path}&count=100`)), 100);
    expect(next).toHaveLength(100);
    const bad = await control(session, { action: 'pace', rate: 'fast' });
    expect(bad.status).toBe(400);
  });

  it('stops when the client aborts its request', async () => {
    const session = newSession();
    const client = new AbortController();
    await get(`/api/ticks?interval=60000&session=${session}`, { signal: client.signal });
    await openStreams(session, 1);
    client.abort();
    await openStreams(session, 0);
    expect(await connections(session)).toMatchObject({ total: 1 });
  });

  it.each(['/api/prices', '/api/notifications', '/api/ticks', '/api/logs'])(
    '%s goes on exactly behind Last-Event-ID, and answers 204 behind the last event',
    async (path) => {
      const whole = await all(eventsOf(await get(`${path}?count=60&rate=5000`)));
      const rest = await all(eventsOf(await resume(`${path}?count=60&rate=5000`, 57)));
      const withoutTime = ({ id, data }: Event) => [id, data.replace(/"at":\d+/, '')];
      expect(ids(whole)).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
      expect(rest.map(withoutTime)).toEqual(whole.slice(57).map(withoutTime));
      expect((await resume(`${path}?count=60`, 60)).status).toBe(204);
    },
  );

  it('answers what it does not know with 404', async () => {
    expect((await get('/api/nothing')).status).toBe(404);
  });
});

describe('prices', () => {
  it('quotes every symbol in the first round, and halts one every fiftieth event', async () => {
    const events = await all(eventsOf(await get('/api/prices?count=100&rate=5000')));
    const first = parsed(events.slice(0, SYMBOLS.length));
    expect(first.map(({ symbol }) => symbol)).toEqual(SYMBOLS);
    expect(events.filter(({ type }) => type === 'halt').map(({ id }) => id)).toEqual(['50', '100']);
    expect(events.filter(({ type }) => type === 'price')).toHaveLength(98);
    for (const { price } of first) expect(price).toBeGreaterThan(0);
  });

  it('moves a price by less than a tenth from one quote to the next', async () => {
    const last = new Map<unknown, number>();
    for (const { symbol, price } of parsed(
      await all(eventsOf(await get('/api/prices?count=2000&rate=50000'))),
    )) {
      const before = last.get(symbol);
      if (typeof price !== 'number') continue;
      if (before !== undefined) expect(Math.abs(price / before - 1)).toBeLessThan(0.1);
      last.set(symbol, price);
    }
    expect(last.size).toBe(SYMBOLS.length);
  });
});

describe('notifications', () => {
  it('are unnamed events with id, title, body and level', async () => {
    const [event] = await take(eventsOf(await get('/api/notifications')), 1);
    expect(event).toMatchObject({ id: '1', type: 'message' });
    expect(JSON.parse(event?.data ?? '')).toEqual({
      id: 'notification-1',
      title: expect.any(String) as string,
      body: expect.any(String) as string,
      level: 'success',
    });
  });
});

describe('ticks', () => {
  it('are cut in the middle, and go on behind the last id', async () => {
    const session = newSession();
    const path = `/api/ticks?interval=10&session=${session}`;
    const events = eventsOf(await get(path));
    const first = await events.next();
    expect(first.value).toMatchObject({ id: '1', data: '1' });
    await control(session, { action: 'cut' });
    await expect(all(events)).rejects.toThrow();
    await openStreams(session, 0);

    expect(ids(await take(eventsOf(await resume(path, 7)), 3))).toEqual([8, 9, 10]);
    expect((await connections(session)).lastEventIds).toEqual(['', '7']);
  });

  it('answer 503 with Retry-After as often as they were told', async () => {
    const session = newSession();
    await control(session, { action: 'unavailable', times: 2, retryAfter: 3 });
    const path = `/api/ticks?session=${session}&count=1`;
    for (let attempt = 0; attempt < 2; attempt++) {
      const refused = await get(path);
      expect(refused.status).toBe(503);
      expect(refused.headers.get('Retry-After')).toBe('3');
    }
    expect(ids(await all(eventsOf(await get(path))))).toEqual([1]);
    expect(await connections(session)).toMatchObject({ total: 1, refused: 2 });
  });

  it('answer 401 once the tokens have expired, and take a new token', async () => {
    const session = newSession();
    const path = `/api/ticks?interval=10&session=${session}`;
    const old = await json<{ token: string }>(await post(`/api/token?session=${session}`));
    const events = eventsOf(await get(path, bearer(old.token)));
    await events.next();
    await control(session, { action: 'expire' });
    await expect(all(events)).rejects.toThrow();
    expect((await get(path, bearer(old.token))).status).toBe(401);

    const fresh = await json<{ token: string }>(await post(`/api/token?session=${session}`));
    expect(ids(await take(eventsOf(await get(path, bearer(fresh.token))), 1))).toEqual([1]);
    await control(session, { action: 'recover' });
    expect(ids(await take(eventsOf(await get(path)), 1))).toEqual([1]);
  });

  it('end cleanly with 204 behind them until they recover', async () => {
    const session = newSession();
    const path = `/api/ticks?interval=60000&session=${session}`;
    const response = await get(path);
    await control(session, { action: 'end' });
    expect(ids(await all(eventsOf(response)))).toEqual([1]);
    expect((await get(path)).status).toBe(204);
    await control(session, { action: 'recover' });
    expect((await get(`${path}&count=1`)).status).toBe(200);
  });

  it('leave other sessions alone', async () => {
    const session = newSession();
    const response = await get(`/api/ticks?interval=10&session=${session}`);
    await control(newSession(), { action: 'cut' });
    expect(await take(eventsOf(response), 3)).toHaveLength(3);
  });

  it.each([{ action: 'explode' }, { action: 'unavailable', times: 'two' }, 'cut', null])(
    'refuse the control %j with 400',
    async (body) => {
      expect((await control(newSession(), body)).status).toBe(400);
    },
  );
});

describe('secure', () => {
  it('answers 401 and says why without a valid token', async () => {
    for (const init of [undefined, bearer('stolen')]) {
      const response = await get('/api/secure', init);
      expect(response.status).toBe(401);
      expect(await response.json()).toMatchObject({ error: 'unauthorized' });
    }
  });

  it('ends when the token runs out, and goes on with a new one', async () => {
    const session = newSession();
    const path = `/api/secure?interval=5&session=${session}`;
    const short = await json<{ token: string; expiresAt: number }>(
      await post(`/api/token?ttl=200&session=${session}`),
    );
    const seen = ids(await all(eventsOf(await get(path, bearer(short.token)))));
    const last = seen.at(-1) ?? 0;
    expect(seen).toEqual(Array.from({ length: last }, (_, index) => index + 1));
    await until(async () => {
      expect((await get(path, bearer(short.token))).status).toBe(401);
    });

    const long = await json<{ token: string }>(await post(`/api/token?session=${session}`));
    const headers = { ...bearer(long.token).headers, 'Last-Event-ID': String(last) };
    expect(ids(await take(eventsOf(await get(path, { headers })), 2))).toEqual([
      last + 1,
      last + 2,
    ]);
    await openStreams(session, 0);
  });

  it('takes a token in its own session only', async () => {
    const { token } = await json<{ token: string }>(
      await post(`/api/token?session=${newSession()}`),
    );
    expect((await get(`/api/secure?session=${newSession()}`, bearer(token))).status).toBe(401);
  });
});

describe('jobs', () => {
  const create = async (query = '?speed=1000') =>
    (await json<{ id: string }>(await post(`/api/jobs${query}`))).id;
  const read = async (id: string) => json(await get(`/api/jobs/${id}`));
  const types = (events: readonly Event[]) => events.map(({ type }) => type);

  it('go through their steps to done, with log lines between', async () => {
    const id = await create();
    expect(await read(id)).toEqual({ id, status: 'queued', runs: 0, watched: 0 });
    const events = await all(eventsOf(await get(`/api/jobs/${id}/events`)));
    const progress = parsed(events.filter(({ type }) => type === 'progress'));
    const steps = new Set(progress.map(({ step }) => step));
    const percents = progress.map((event) => event['progress']);
    expect([...steps]).toEqual(['Uploading', 'Processing', 'Optimizing', 'Complete']);
    expect(percents).toEqual(percents.toSorted((a, b) => Number(a) - Number(b)));
    expect(percents.at(-1)).toBe(100);
    expect(types(events)).toContain('log');
    expect(events.at(-1)?.type).toBe('done');
  });

  it('are run once, however often they are watched', async () => {
    const id = await create();
    const path = `/api/jobs/${id}/events`;
    const first = await all(eventsOf(await get(path)));
    const again = await all(eventsOf(await get(path)));
    const rest = await all(eventsOf(await resume(path, 5)));
    expect(again).toEqual(first);
    expect(rest).toEqual(first.slice(5));
    expect((await resume(path, first.length)).status).toBe(204);
    expect(await read(id)).toEqual({ id, status: 'done', runs: 1, watched: 4 });
  });

  it('are run again by a fresh connect where that was asked for', async () => {
    const id = await create();
    const path = `/api/jobs/${id}/events?rerun=1`;
    const first = await all(eventsOf(await get(path)));
    expect((await resume(path, first.length)).status).toBe(204);
    expect(await read(id)).toMatchObject({ runs: 1 });
    await all(eventsOf(await get(path)));
    expect(await read(id)).toMatchObject({ runs: 2 });
  });

  it('go on in mid-run behind the last id', async () => {
    const id = await create('?speed=50');
    const path = `/api/jobs/${id}/events`;
    const begun = await take(eventsOf(await get(path)), 6);
    const rest = await all(eventsOf(await resume(path, 6)));
    expect(ids([...begun, ...rest])).toEqual(
      Array.from({ length: begun.length + rest.length }, (_, index) => index + 1),
    );
    expect(rest.at(-1)?.type).toBe('done');
  });

  it('fail in the middle where that was asked for', async () => {
    const id = await create('?speed=1000&fail=1');
    const events = await all(eventsOf(await get(`/api/jobs/${id}/events`)));
    expect(events.at(-1)).toMatchObject({ type: 'failed' });
    expect(JSON.parse(events.at(-1)?.data ?? '')).toMatchObject({ step: 'Processing' });
    expect(await read(id)).toMatchObject({ status: 'failed', runs: 1 });
  });

  it('tell their watchers at once that they were cancelled', async () => {
    // At a tenth of the speed the next event is four seconds away.
    const id = await create('?speed=0.1');
    const path = `/api/jobs/${id}/events`;
    const watching = eventsOf(await get(path));
    await watching.next();
    const deleted = await get(`/api/jobs/${id}`, { method: 'DELETE' });
    expect(await deleted.json()).toMatchObject({ status: 'cancelled' });
    const rest = await all(watching);
    expect(rest.at(-1)?.type).toBe('cancelled');
    expect((await resume(path, rest.at(-1)?.id ?? '')).status).toBe(204);
  });

  it('that do not exist are answered with 404', async () => {
    expect((await get('/api/jobs/none')).status).toBe(404);
    expect((await get('/api/jobs/none/events')).status).toBe(404);
    expect((await get('/api/jobs/none', { method: 'DELETE' })).status).toBe(404);
  });
});

describe('jobs that index', () => {
  it('cannot say how far they are before they know how much there is', async () => {
    const { id } = await json<{ id: string }>(await post('/api/jobs?speed=1000&index=1'));
    const events = await all(eventsOf(await get(`/api/jobs/${id}/events`)));
    const progress = parsed(events.filter(({ type }) => type === 'progress'));
    const counting = progress.filter(({ step }) => step === 'Counting');
    const reading = progress.filter(({ step }) => step === 'Reading');
    expect(counting.length).toBeGreaterThan(5);
    expect(counting.some((event) => 'progress' in event || 'total' in event)).toBe(false);
    expect(reading.at(-1)).toMatchObject({ loaded: 1_280, total: 1_280 });
    expect(events.at(-1)?.type).toBe('done');
  });
});

describe('batch', () => {
  it('runs ten jobs at once, each to its end, and says of which it speaks', async () => {
    const events = await all(eventsOf(await get('/api/batch?speed=1000')));
    const progress = parsed(events.slice(0, -1));
    const ends = batchJobs.map((name) => progress.findLast(({ job }) => job === name));
    expect(batchJobs).toHaveLength(10);
    expect(ends.filter((end) => end?.['done'] === true)).toHaveLength(9);
    expect(ends.filter((end) => typeof end?.['error'] === 'string')).toHaveLength(1);
    const changes = progress.filter(({ job }, index) => job !== progress[index - 1]?.['job']);
    expect(changes.length).toBeGreaterThan(100);
    expect(events.at(-1)?.type).toBe('end');
  });

  it('goes on behind the last id, and is over behind the last event', async () => {
    const first = await all(eventsOf(await get('/api/batch?speed=1000')));
    expect(await all(eventsOf(await resume('/api/batch?speed=1000', 50)))).toEqual(first.slice(50));
    expect((await resume('/api/batch', first.length)).status).toBe(204);
  });
});

describe('download', () => {
  it('sends as many bytes as it has announced, in pieces', async () => {
    const response = await get('/api/download?bytes=300000&rate=3000000');
    expect(response.headers.get('Content-Length')).toBe('300000');
    expect(response.headers.get('Content-Encoding')).toBeNull();
    const pieces = await all(textOf(response));
    expect(pieces.join('')).toHaveLength(300_000);
    expect(pieces.length).toBeGreaterThan(1);
  });

  it('keeps its length to itself where that was asked for', async () => {
    const response = await get('/api/download?bytes=1000&rate=1000000&unsized=1');
    expect(response.headers.get('Content-Length')).toBeNull();
    expect(await response.text()).toHaveLength(1_000);
  });

  it('can be cut in the middle, and stops when its client leaves', async () => {
    const session = newSession();
    const path = `/api/download?bytes=1000000&rate=1000&session=${session}`;
    const cut = await get(path);
    await openStreams(session, 1);
    await control(session, { action: 'cut' });
    await expect(cut.arrayBuffer()).rejects.toThrow();
    const left = await get(path);
    await openStreams(session, 1);
    await left.body?.cancel();
    await openStreams(session, 0);
  });
});

describe('logs', () => {
  it('are the same lines as events, as JSON and as plain text', async () => {
    const query = '?count=200&rate=50000';
    const events = await all(eventsOf(await get(`/api/logs${query}`)));
    const asJson = await all(eventsOf(await get(`/api/logs${query}&format=json`)));
    const text = await (await get(`/api/logs.txt${query}`)).text();
    const records = Array.from({ length: 200 }, (_, index) => logRecord(index + 1));
    expect(events.map(({ data }) => data)).toEqual(records.map((record) => record.text));
    expect(parsed(asJson)).toEqual(records);
    expect(text).toBe(records.map((record) => `${record.text}\n`).join(''));
    expect(new Set(events.map(({ type }) => type))).toEqual(new Set(['log']));
  });

  it('have coloured lines, JSON lines and several levels', () => {
    const records = Array.from({ length: 500 }, (_, index) => logRecord(index + 1));
    expect(records.some(({ text }) => text.includes('\u001b[32m'))).toBe(true);
    expect(records.some(({ text }) => text.startsWith('{"time":'))).toBe(true);
    expect(new Set(records.map(({ level }) => level)).size).toBeGreaterThan(4);
    expect(records.every(({ text }) => !/[\r\n{}]{2}|\{\w+\}/.test(text))).toBe(true);
  });

  it('come many in a chunk at high rates', async () => {
    let chunks = 0;
    let lines = 0;
    for await (const text of textOf(await get('/api/logs.txt?rate=50000&count=5000'))) {
      chunks += 1;
      lines += text.split('\n').length - 1;
    }
    expect(lines).toBe(5_000);
    expect(chunks).toBeLessThan(1_000);
  });
});

describe('chat', () => {
  const ask = (content: string) =>
    post('/api/chat?interval=0', { messages: [{ role: 'user', content }] });
  const answerOf = (events: readonly Event[]) =>
    parsed(events.slice(0, -1))
      .map((chunk) => (chunk as { choices: { delta: { content?: string } }[] }).choices[0])
      .map((choice) => choice?.delta.content ?? '')
      .join('');

  it('answers in tokens that end with [DONE]', async () => {
    const events = await all(eventsOf(await ask('What are server-sent events?')));
    expect(events.at(-1)?.data).toBe('[DONE]');
    expect(events.length).toBeGreaterThan(50);
    expect(answerOf(events)).toMatch(/^Server-sent events are .+ WebSockets\.$/s);
  });

  it('answers what was asked', async () => {
    const answers = await Promise.all(
      ['How do I reconnect?', 'Or a WebSocket?', 'And in React?', 'Behind nginx?'].map(
        async (question) => answerOf(await all(eventsOf(await ask(question)))),
      ),
    );
    expect(new Set(answers).size).toBe(4);
    expect(answers[0]).toContain('Last-Event-ID');
  });

  it.each([{}, { messages: [] }, { messages: [{ role: 'user' }] }, 'hello'])(
    'answers %j with 400',
    async (body) => {
      expect((await post('/api/chat', body)).status).toBe(400);
    },
  );

  const question = { messages: [{ role: 'user', content: 'How do I reconnect?' }] };
  const plan = async (session: string, trouble: string) => {
    expect((await post(`/api/chat/trouble?session=${session}`, { trouble })).status).toBe(204);
  };
  const report = async (session: string) => json(await get(`/api/chat?session=${session}`));
  const runOf = (response: Response) => `/api/runs/${response.headers.get('x-run') ?? ''}`;

  it('writes an answer on without its reader, and gives what followed an id', async () => {
    const session = newSession();
    const begun = await post(`/api/chat?interval=1&session=${session}`, question);
    const [first] = await take(eventsOf(begun), 1);
    const rest = await all(eventsOf(await resume(runOf(begun), first?.id ?? '')));
    const whole = await all(eventsOf(await get(runOf(begun))));
    expect([first, ...rest]).toEqual(whole);
    expect(rest.at(-1)?.data).toBe('[DONE]');
    expect((await resume(runOf(begun), rest.at(-1)?.id ?? '')).status).toBe(204);
    expect(await report(session)).toMatchObject({ asked: 1, resumed: 3, stopped: 0 });
  });

  it('begins a run of a given id once', async () => {
    const session = newSession();
    const path = `/api/chat?interval=0&session=${session}`;
    const named = { ...question, id: `named-${session}` };
    const [one, two] = [await post(path, named), await post(path, named)];
    expect(one.headers.get('x-run')).toBe(named.id);
    expect(await all(eventsOf(two))).toEqual(await all(eventsOf(one)));
    expect(await report(session)).toMatchObject({ asked: 1 });
  });

  it.each([
    ['POST', '/stop'],
    ['DELETE', ''],
  ])('stops a run by %s, with an end', async (method, below) => {
    const begun = await post('/api/chat?interval=10000', question);
    expect((await get(runOf(begun) + below, { method })).status).toBe(204);
    const events = await all(eventsOf(begun));
    expect(events.at(-1)?.data).toBe('[DONE]');
    expect(events.length).toBeLessThan(10);
  });

  it('answers 404 for runs that it does not know', async () => {
    expect((await get('/api/runs/unknown')).status).toBe(404);
    expect((await get('/api/runs/unknown', { method: 'DELETE' })).status).toBe(404);
  });

  it('gets into the trouble that was asked for, once', async () => {
    const session = newSession();
    const path = `/api/chat?interval=0&session=${session}`;
    await plan(session, 'busy');
    const busy = await post(path, question);
    expect([busy.status, busy.headers.get('retry-after')]).toEqual([429, '2']);
    await plan(session, 'refuse');
    expect((await post(path, question)).status).toBe(422);
    await plan(session, 'fail');
    const failed = await all(eventsOf(await post(path, question)));
    expect(failed.at(-2)?.data).toContain('lost the thread');
    await plan(session, 'cut');
    const cut = await post(path.replace('=0', '=2'), question);
    await expect(all(eventsOf(cut))).rejects.toThrow();
    // It is written on all the same.
    expect((await all(eventsOf(await get(runOf(cut))))).at(-1)?.data).toBe('[DONE]');
    expect(answerOf(await all(eventsOf(await post(path, question))))).toContain('Last-Event-ID');
    expect((await post(`/api/chat/trouble?session=${session}`, { trouble: 'x' })).status).toBe(400);
  });

  it.each([
    ['openaiChat', /"object":"chat.completion.chunk"/, '[DONE]'],
    ['openaiResponses', /"type":"response.output_text.delta"/, '"type":"response.completed"'],
    ['anthropicMessages', /"type":"text_delta"/, '"type":"message_stop"'],
    ['uiMessages', /"type":"text-delta"/, '[DONE]'],
  ])('answers in the wire format %s', async (format, piece, last) => {
    const events = await all(
      eventsOf(await post(`/api/chat?interval=0&format=${format}`, question)),
    );
    expect(events.filter(({ data }) => piece.test(data)).length).toBeGreaterThan(50);
    expect(events.findLast(({ data }) => data !== '[DONE]' || data === last)?.data).toContain(last);
  });

  it('answers 400 where it does not know the wire format', async () => {
    expect((await post('/api/chat?format=toString', question)).status).toBe(400);
  });
});

describe('streamBody', () => {
  const request = new Request('http://localhost/api/test');

  it('asks for a chunk only when one is read', async () => {
    let asked = 0;
    const reader = streamBody(request, async function* () {
      for (;;) {
        asked += 1;
        yield await Promise.resolve('chunk');
      }
    }).getReader();
    await reader.read();
    await reader.read();
    await new Promise(setImmediate);
    expect(asked).toBe(2);
    await reader.cancel();
  });

  it.each(['waits', 'rests'])(
    'clears up at once when its reader leaves while it %s',
    async (what) => {
      vi.useFakeTimers();
      try {
        const waits = vi.fn();
        const cleanUp = vi.fn();
        const reader = streamBody(request, async function* ({ signal }) {
          try {
            yield 'first';
            waits();
            await sleep(60_000, signal);
          } finally {
            cleanUp();
          }
        }).getReader();
        await reader.read();
        if (what === 'waits') {
          void reader.read();
          await vi.waitFor(() => {
            expect(waits).toHaveBeenCalled();
          });
        }
        await reader.cancel();
        await vi.waitFor(() => {
          expect(cleanUp).toHaveBeenCalledOnce();
        });
        expect(vi.getTimerCount()).toBe(0);
      } finally {
        vi.useRealTimers();
      }
    },
  );

  it('is over when its source throws', async () => {
    let signal: AbortSignal | undefined;
    const body = streamBody(request, async function* (life) {
      signal = life.signal;
      yield await Promise.resolve('first');
      throw new Error('broken');
    });
    await expect(new Response(body).text()).rejects.toThrow('broken');
    expect(signal?.aborted).toBe(true);
  });

  it('ends when its request is aborted', async () => {
    const client = new AbortController();
    const body = streamBody(
      new Request(request, { signal: client.signal }),
      async function* ({ signal }) {
        yield 'first';
        await sleep(60_000, signal);
      },
    );
    const reader = body.getReader();
    await reader.read();
    const next = reader.read();
    client.abort();
    expect(await next).toEqual({ done: true, value: undefined });
  });
});

describe('due', () => {
  it('slows down for a reader that fell behind, and does not make up for it', async () => {
    vi.useFakeTimers();
    try {
      const numbers = due({ next: 1, last: Infinity, rate: 1_000 }, new AbortController().signal);
      expect((await numbers.next()).value).toEqual([1]);
      await vi.advanceTimersByTimeAsync(60_000);
      expect((await numbers.next()).value).toHaveLength(100);
      const next = numbers.next();
      await vi.advanceTimersByTimeAsync(20);
      const { value } = await next;
      expect(value).toSatisfy((batch: number[]) => batch.length <= 20 && batch[0] === 102);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('nodeListener', () => {
  /** An endless body for a client that never reads, once Node says that its buffer is full. */
  async function stalled() {
    const chunk = 'x'.repeat(64 * 1_024);
    let outgoing: ServerResponse | undefined;
    let life: StreamLife | undefined;
    const listener = nodeListener((request) => {
      const body = streamBody(request, async function* (opened) {
        life = opened;
        for (;;) {
          await new Promise(setImmediate);
          yield chunk;
        }
      });
      return Promise.resolve(new Response(body));
    });
    const { url, close } = await startServer((incoming, response) => {
      outgoing = response;
      listener(incoming, response);
    });
    const client = httpRequest(url).end();
    client.on('error', () => undefined);
    await once(client, 'response');
    await until(() => {
      expect(outgoing?.writableNeedDrain).toBe(true);
    });
    if (!outgoing || !life) throw new Error('Nothing was asked for');
    return { chunk, client, outgoing, life, close };
  }

  it('does not fill the memory for a client that does not read', async () => {
    const { outgoing, chunk, close } = await stalled();
    // Turns enough for hundreds of chunks, were there nothing to hold them back.
    for (let turn = 0; turn < 500; turn++) await new Promise(setImmediate);
    expect(outgoing.writableLength).toBeLessThan(4 * chunk.length);
    await close();
  });

  it('destroys the connection when a body breaks off, also of a client that does not read', async () => {
    const { outgoing, life, close } = await stalled();
    life.cut();
    await until(() => {
      expect(outgoing.destroyed).toBe(true);
    });
    await close();
  });

  it('ends a stream whose client leaves without having read', async () => {
    const { client, life, close } = await stalled();
    client.destroy();
    await until(() => {
      expect(life.signal.aborted).toBe(true);
    });
    await close();
  });

  it('cancels the body of a handler that does not listen to the signal', async () => {
    const cancel = vi.fn();
    const listener = nodeListener(() =>
      Promise.resolve(
        new Response(
          new ReadableStream({
            start: (controller) => {
              controller.enqueue(new TextEncoder().encode('first'));
            },
            cancel,
          }),
        ),
      ),
    );
    const { url, close } = await startServer(listener);
    const response = await fetch(url);
    await response.body?.cancel();
    await until(() => {
      expect(cancel).toHaveBeenCalledOnce();
    });
    await close();
  });
});

describe('where it is mounted', () => {
  it('works without a server', async () => {
    const response = await handle(new Request('http://localhost/api/ticks?count=2&interval=1'));
    expect(ids(await all(eventsOf(response)))).toEqual([1, 2]);
  });

  it('ends by MSW after a minute, for it never hears of clients that left', async () => {
    const minute = new AbortController();
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(minute.signal);
    try {
      const request = new Request('http://localhost/api/ticks?interval=60000');
      const response = await getResponse(handlers, request);
      if (!response) throw new Error('MSW has no answer');
      const events = eventsOf(response);
      expect((await events.next()).value).toMatchObject({ id: '1' });
      minute.abort();
      expect(await all(events)).toEqual([]);
      expect(timeout).toHaveBeenCalledWith(60_000);
    } finally {
      timeout.mockRestore();
    }
  });

  it('serves a job by MSW from its creation to its end', async () => {
    const origin = 'http://localhost';
    const made = await getResponse(
      handlers,
      new Request(`${origin}/api/jobs?speed=1000`, { method: 'POST' }),
    );
    const { id } = (await made?.json()) as { id: string };
    const events = await getResponse(handlers, new Request(`${origin}/api/jobs/${id}/events`));
    if (!events) throw new Error('MSW has no answer');
    expect((await all(eventsOf(events))).at(-1)?.type).toBe('done');
  });
});
