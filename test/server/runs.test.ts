import { createClient } from 'redis';
import {
  createRuns,
  memoryHistory,
  type History,
  type Run,
  type RunsOptions,
  type RunStart,
  type Work,
} from 'use-event-stream/server';
import { redisHistory } from 'use-event-stream/server/redis';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { nodeListener } from '../../stories/server/node.ts';
import { collect } from '../support/collect.ts';
import { clientStore, farHistory, raw } from '../support/eventServer.ts';
import { serve } from '../support/httpServer.ts';
import type { Handler } from '../support/httpServer.ts';
import { redisServer } from '../support/redisServer.ts';

type Runs = ReturnType<typeof createRuns>;

/** Both ways to serve runs: a POST starts one, `GET /runs/<id>` goes on. The header `x-user` says whose. */
const forms: readonly (readonly [string, (runs: Runs, work: Work) => Handler])[] = [
  [
    'Node',
    (runs, work) => (request, response) => {
      const scope = { owner: String(request.headers['x-user'] ?? '') };
      const id = request.url?.split('/')[2];
      const answering =
        id === undefined
          ? runs.nodeStart(request, response, work, scope)
          : runs.nodeResume(request, response, id, scope);
      answering.catch(() => response.destroy());
    },
  ],
  [
    'web standards',
    (runs, work) =>
      nodeListener((request) => {
        const scope = { owner: request.headers.get('x-user') ?? '' };
        const id = new URL(request.url).pathname.split('/')[2];
        return id === undefined
          ? runs.start(request, work, scope)
          : runs.resume(request, id, scope);
      }),
  ],
];

/** Work that a test does step by step. */
function steps() {
  const started: Run[] = [];
  let end = () => {};
  let fail: (error: Error) => void = () => {};
  const work: Work = (run) => {
    started.push(run);
    return new Promise<void>((resolve, reject) => {
      end = resolve;
      fail = reject;
    });
  };
  return {
    work,
    started,
    end: () => {
      end();
    },
    fail: (error: Error) => {
      fail(error);
    },
    run: async () => {
      await expect.poll(() => started.length).toBeGreaterThan(0);
      const run = started.at(-1);
      if (!run) throw new Error('Nothing was started.');
      return run;
    },
  };
}

/** A history of a server of its own. */
async function redisClientHistory(url: string): Promise<History> {
  const client = createClient({ url });
  client.on('error', () => undefined);
  await client.connect();
  const history = redisHistory({ client, onError: () => undefined });
  onTestFinished(async () => {
    await history.close();
    client.destroy();
  });
  return history;
}

describe.for(forms)('runs by %s', ([, listener]) => {
  async function runServer(options?: RunsOptions) {
    const far = farHistory();
    const runs = createRuns({ history: far.history, ...options });
    const step = steps();
    const server = await serve(listener(runs, step.work));
    return { far, runs, server, url: server.url, ...step };
  }

  const ask = (url: string, lastEventId = '', user = '') =>
    fetch(url, {
      headers: {
        ...(lastEventId ? { 'last-event-id': lastEventId } : {}),
        ...(user ? { 'x-user': user } : {}),
      },
    });

  test('one POST, and all events, however often it is cut', async () => {
    const { server, url, run, end, started } = await runServer();
    const seen = collect(clientStore(), {
      url: `${url}/chat`,
      method: 'POST',
      body: 'Hello?',
      resume: ({ response }) => ({ url: `${url}/runs/${response?.headers.get('x-run') ?? ''}` }),
    });
    const { publish } = await run();
    await expect.poll(() => seen.state?.status).toBe('open');
    await publish({ word: 'a' });
    await expect.poll(() => seen.events.length).toBe(1);
    server.drop();
    await publish({ word: 'b' });
    await expect.poll(() => seen.events.length).toBe(2);
    server.drop();
    await publish({ word: 'c' });
    end();
    await expect
      .poll(() => seen.data)
      .toEqual(['a', 'b', 'c'].map((word) => JSON.stringify({ word })).concat('[DONE]'));
    // The stream ends with the run: asked once more, there is nothing to come.
    await expect.poll(() => seen.state?.status).toBe('closed');
    expect(started).toHaveLength(1);
    expect(server.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
  });

  test('a second reads along from the start, and the work outlives both', async () => {
    const { url, run, end, far } = await runServer();
    const control = new AbortController();
    const first = await fetch(url, { method: 'POST', signal: control.signal });
    const id = first.headers.get('x-run') ?? '';
    const { publish, signal } = await run();
    await publish('1');
    const second = await raw(`${url}/runs/${id}`);
    await second.says(/data: 1/);
    expect(second.response.headers['x-run']).toBe(id);
    control.abort();
    second.request.destroy();
    // The work itself, which hears whether it is to stop.
    await expect.poll(far.following).toBe(1);
    expect(signal.aborted).toBe(false);
    await publish('2');
    end();
    const third = await ask(`${url}/runs/${id}`);
    const text = await third.text();
    expect(text.match(/data: .*/g)).toEqual(['data: 1', 'data: 2', 'data: [DONE]']);
    const last = /id: (\S+)\ndata: \[DONE\]/.exec(text)?.[1];
    expect((await ask(`${url}/runs/${id}`, last)).status).toBe(204);
    const middle = /id: (\S+)\ndata: 1/.exec(text)?.[1];
    const rest = await (await ask(`${url}/runs/${id}`, middle)).text();
    expect(rest.match(/data: .*/g)).toEqual(['data: 2', 'data: [DONE]']);
  });

  test('there is none of another user, and none that never was', async () => {
    const { url, run, end } = await runServer();
    const response = await fetch(url, { method: 'POST', headers: { 'x-user': 'ada' } });
    const id = response.headers.get('x-run') ?? '';
    await (await run()).publish('secret');
    expect((await ask(`${url}/runs/${id}`, '', 'mallory')).status).toBe(404);
    expect((await ask(`${url}/runs/${id}`)).status).toBe(404);
    expect((await ask(`${url}/runs/nonsense`, '', 'ada')).status).toBe(404);
    end();
    expect(await (await ask(`${url}/runs/${id}`, '', 'ada')).text()).toContain('secret');
  });

  test('it is gone once it was kept long enough, and leaves no more than a mark in the history', async () => {
    const history = memoryHistory();
    const { url, end, run } = await runServer({ keep: 20, history });
    const response = await fetch(url, { method: 'POST' });
    const id = response.headers.get('x-run') ?? '';
    await run();
    end();
    await expect.poll(async () => (await ask(`${url}/runs/${id}`)).status).toBe(410);
    expect(history.tail(`run::${id}`, 9).events).toMatchObject([{ data: '' }]);
  });

  test('what the work throws is an event, told in full to the server alone', async () => {
    const errors: unknown[] = [];
    const { url, run, fail } = await runServer({ onError: (error) => errors.push(error) });
    const response = await fetch(url, { method: 'POST' });
    await run();
    fail(new Error('password 1234'));
    const text = await response.text();
    expect(text).toMatch(/event: error\ndata: {"message":"The work has failed."}\n\n/);
    expect(text).toMatch(/data: \[DONE\]\n\n$/);
    expect(text).not.toContain('1234');
    expect(errors).toMatchObject([{ message: 'password 1234' }]);
  });

  test('says of an error what is told, and of the end', async () => {
    const { url, run, fail } = await runServer({
      onError: () => undefined,
      describeError: (error) => ({ message: String(error) }),
      done: 'over',
    });
    const response = await fetch(url, { method: 'POST' });
    await run();
    fail(new Error('No credit.'));
    const text = await response.text();
    expect(text).toContain('data: {"message":"Error: No credit."}');
    expect(text).toMatch(/data: over\n\n$/);
  });

  test('stopped, it ends for all, and publishes nothing more', async () => {
    const errors: unknown[] = [];
    const { url, runs, run, fail } = await runServer({ onError: (error) => errors.push(error) });
    const response = await fetch(url, { method: 'POST' });
    const id = response.headers.get('x-run') ?? '';
    const { publish, signal } = await run();
    await publish('1');
    expect(await runs.stop('nonsense')).toBe(false);
    expect(await runs.stop(id, { owner: 'mallory' })).toBe(false);
    expect(await runs.stop(id)).toBe(true);
    expect(signal.aborted).toBe(true);
    expect(() => publish('2')).toThrow('has ended');
    fail(new Error('Aborted.'));
    expect((await response.text()).match(/data: .*/g)).toEqual(['data: 1', 'data: [DONE]']);
    expect(await runs.stop(id)).toBe(false);
    expect(errors).toEqual([]);
  });

  test('work that sends the end itself has ended', async () => {
    const { url, run, end } = await runServer();
    const response = await fetch(url, { method: 'POST' });
    const { publish } = await run();
    await publish('[DONE]');
    end();
    expect((await response.text()).match(/data: .*/g)).toEqual(['data: [DONE]']);
  });

  test('more than may work at once come back later, and start nothing', async () => {
    const { url, run, end, started } = await runServer({ maxRuns: 1 });
    const first = await fetch(url, { method: 'POST' });
    await run();
    const refused = await fetch(url, { method: 'POST' });
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(5);
    end();
    await first.text();
    expect(started).toHaveLength(1);
    const next = await fetch(url, { method: 'POST' });
    expect(next.status).toBe(200);
    end();
    await next.text();
  });

  test('a preflight starts nothing, and pages of other origins may read the id', async () => {
    const { url, started, run, end } = await runServer({ cors: '*' });
    const preflight = await fetch(url, {
      method: 'OPTIONS',
      headers: { origin: 'https://a.test' },
    });
    expect(preflight.status).toBe(204);
    expect((await fetch(`${url}/runs/x`, { method: 'OPTIONS' })).status).toBe(204);
    expect(started).toHaveLength(0);
    const response = await fetch(url, { method: 'POST' });
    expect(response.headers.get('access-control-expose-headers')).toContain('x-run');
    await run();
    end();
    await response.text();
  });

  test('an ended one ends for who is told that the id is too old', async () => {
    const { url, run, end } = await runServer({ history: memoryHistory({ maxEvents: 2 }) });
    const response = await fetch(url, { method: 'POST' });
    const id = response.headers.get('x-run') ?? '';
    const { publish } = await run();
    for (const data of ['1', '2', '3']) await publish(data);
    end();
    await response.text();
    for (const lastEventId of ['', 'garbage', '%', '0-0', 'a:1']) {
      const late = await ask(`${url}/runs/${id}`, lastEventId);
      expect((await late.text()).match(/data: .*/g)).toEqual(['data: null', 'data: [DONE]']);
    }
  });

  test('what could never be an id is none, however odd', async () => {
    const { runs } = await runServer();
    for (const id of ['\u20ac', 'a\nb', '', 'x'.repeat(129), 'a:b', '\ud800', '../x']) {
      expect((await runs.resume(get(), id)).status).toBe(404);
      expect(await runs.stop(id, { owner: 'a:%' })).toBe(false);
    }
  });

  test('what cannot be kept is told, though the work does not wait for it', async () => {
    const errors: unknown[] = [];
    const { history } = farHistory();
    const failing: History = {
      ...history,
      append: (topic, event) =>
        event.data === 'lost' ? Promise.reject(new Error('away')) : history.append(topic, event),
    };
    const { url, run, end } = await runServer({
      history: failing,
      onError: (error) => errors.push(error),
    });
    const response = await fetch(url, { method: 'POST' });
    const { publish } = await run();
    void publish('lost');
    void publish('kept');
    end();
    expect((await response.text()).match(/data: .*/g)).toEqual(['data: kept', 'data: [DONE]']);
    expect(errors).toMatchObject([{ message: 'away' }]);
  });

  test('of many that come at once no more work than may', async () => {
    const { url, end, started } = await runServer({ maxRuns: 2 });
    const responses = await Promise.all(
      Array.from({ length: 9 }, () => fetch(url, { method: 'POST' })),
    );
    expect(responses.filter(({ status }) => status === 200)).toHaveLength(2);
    expect(started).toHaveLength(2);
    for (const response of responses) await response.body?.cancel();
    end();
  });

  test('one that could not begin leaves nothing behind', async () => {
    const { history, following } = farHistory();
    let isAway = true;
    const failing: History = {
      ...history,
      append: (topic, event) => {
        if (isAway) throw new Error('away');
        return history.append(topic, event);
      },
    };
    const { runs, end, work } = await runServer({ history: failing, maxRuns: 1 });
    await expect(runs.start(post(), work)).rejects.toThrow('away');
    expect(following()).toBe(0);
    isAway = false;
    const response = await runs.start(post(), work);
    end();
    expect(await datas(response)).toEqual(['data: [DONE]']);
  });

  test('who joins one whose beginning is kept no more is told so', async () => {
    const { url, run, end } = await runServer({ history: memoryHistory({ maxEvents: 2 }) });
    const response = await fetch(url, { method: 'POST' });
    const id = response.headers.get('x-run') ?? '';
    const { publish } = await run();
    for (const data of ['1', '2', '3']) await publish(data);
    const late = await raw(`${url}/runs/${id}`);
    await late.says(/event: reset/);
    await publish('4');
    end();
    await expect.poll(() => late.seen.ended).toBe(true);
    expect(late.seen.text.match(/data: .*/g)).toEqual(['data: null', 'data: 4', 'data: [DONE]']);
    await response.text();
  });
});

test('a POST whose client has left before starts nothing', async () => {
  const control = new AbortController();
  control.abort();
  const { work, started } = steps();
  const request = new Request('http://a.test/', { method: 'POST', signal: control.signal });
  expect((await createRuns().start(request, work)).status).toBe(204);
  expect(started).toHaveLength(0);
});

const get = (headers: Record<string, string> = {}) => new Request('http://a.test/', { headers });
const post = () => new Request('http://a.test/', { method: 'POST' });
const datas = async (response: Response) => (await response.text()).match(/data: .*/g);

describe('several servers that see one history', () => {
  const histories: readonly (readonly [string, () => Promise<readonly [History, History]>])[] = [
    [
      'in memory',
      () => {
        const history = memoryHistory();
        return Promise.resolve([history, history]);
      },
    ],
    [
      'in Redis',
      async () => {
        const { url } = await redisServer();
        return Promise.all([redisClientHistory(url), redisClientHistory(url)]);
      },
    ],
  ];

  describe.for(histories)('%s', ([, create]) => {
    async function servers(options?: RunsOptions) {
      const [one, two] = await create();
      const here = createRuns({ history: one, ...options });
      const there = createRuns({ history: two, ...options });
      const step = steps();
      const begin = async (scope?: RunStart) => {
        const response = await here.start(post(), step.work, scope);
        return { response, id: response.headers.get('x-run') ?? '' };
      };
      return { here, there, begin, ...step };
    }

    test('another one goes on with a run, before its first event too', async () => {
      const { there, begin, run, end } = await servers();
      const { id, response } = await begin();
      const early = await there.resume(get(), id);
      expect(early.status).toBe(200);
      await (await run()).publish('1');
      const late = await there.resume(get(), id);
      end();
      const all = ['data: 1', 'data: [DONE]'];
      expect(await Promise.all([response, early, late].map(datas))).toEqual([all, all, all]);
      const text = await (await there.resume(get(), id)).text();
      expect(text).toBe(`:\nretry: 1000\n\n${text.slice(text.indexOf('id:'))}`);
      const [first, last] = [...text.matchAll(/id: (.*)/g)].map(([, each]) => each ?? '');
      expect(await datas(await there.resume(get({ 'last-event-id': first ?? '' }), id))).toEqual([
        'data: [DONE]',
      ]);
      expect((await there.resume(get({ 'last-event-id': last ?? '' }), id)).status).toBe(204);
      expect((await there.resume(get(), 'nonsense')).status).toBe(404);
    });

    test('it is gone everywhere once it was kept long enough', async () => {
      const { here, there, begin, run, end } = await servers({ keep: 10 });
      const { id, response } = await begin();
      await run();
      end();
      await response.text();
      await expect.poll(async () => (await there.resume(get(), id)).status).toBe(410);
      expect((await here.resume(get(), id)).status).toBe(410);
      expect(await there.stop(id)).toBe(false);
    });

    test('another one stops it', async () => {
      const { there, begin, run, end } = await servers();
      const { id, response } = await begin();
      const { publish, signal } = await run();
      await publish('1');
      expect(await there.stop(id, { owner: 'mallory' })).toBe(false);
      expect(await there.stop(id)).toBe(true);
      await expect.poll(() => signal.aborted).toBe(true);
      expect(() => publish('2')).toThrow('has ended');
      expect(await datas(response)).toEqual(['data: 1', 'data: [DONE]']);
      expect(await datas(await there.resume(get(), id))).toEqual(['data: 1', 'data: [DONE]']);
      end();
      expect(await there.stop(id)).toBe(false);
    });

    test('one that the client has named is begun once, however often it is posted', async () => {
      const { here, there, begin, run, end, work, started } = await servers();
      const scope = { id: 'question-1', owner: 'ada' };
      const [first, second, third] = await Promise.all([
        here.start(post(), work, scope),
        there.start(post(), work, scope),
        here.start(post(), work, scope),
      ]);
      await (await run()).publish('1');
      const { response } = await begin(scope);
      end();
      const all = ['data: 1', 'data: [DONE]'];
      expect(await Promise.all([first, second, third, response].map(datas))).toEqual(
        Array.from({ length: 4 }, () => all),
      );
      expect(started).toHaveLength(1);
      expect(await datas(await there.start(post(), work, scope))).toEqual(all);
      const other = await there.start(post(), work, { ...scope, owner: 'bob' });
      expect(started).toHaveLength(2);
      end();
      expect(await datas(other)).toEqual(['data: [DONE]']);
      for (const id of ['', 'a b', '\n', 'x'.repeat(129)])
        expect((await here.start(post(), work, { id })).status).toBe(400);
    });
  });

  /** Runs of two servers, of which the first one dies, or cannot reach the history, when it is told to. */
  function mortal() {
    vi.useFakeTimers();
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const near = memoryHistory();
    let isDead = false;
    let isAway = false;
    const far = farHistory(near).history;
    const refuse = () => Promise.reject(new Error('gone'));
    const dying: History = {
      ...far,
      append: (topic, event) => (isDead ? refuse() : near.append(topic, event)),
      read: (topic, after) => near.read(topic, after),
      tail: (topic, count) => near.tail(topic, count),
      follow: (topic, listener) => near.follow(topic, listener),
    };
    const seen: History = { ...dying, append: (topic, event) => far.append(topic, event) };
    seen.tail = (topic, count) => (isAway ? refuse() : near.tail(topic, count));
    const errors: unknown[] = [];
    const onError = (error: unknown) => errors.push(error);
    return {
      near,
      here: createRuns({ history: dying, onError: () => undefined }),
      there: createRuns({ history: seen, onError }),
      also: createRuns({ history: seen, onError }),
      errors,
      die: () => (isDead = true),
      away: (now: boolean) => (isAway = now),
    };
  }

  test('where the one that works dies, clients of the others are told so', async () => {
    const { here, there, also, near, die, errors } = mortal();
    const { work, run } = steps();
    const begun = await here.start(post(), work);
    const heard = datas(begun);
    const id = begun.headers.get('x-run') ?? '';
    await (await run()).publish('1');
    const reading = [
      ...[await there.resume(get(), id), await there.resume(get(), id)],
      await also.resume(get(), id),
    ].map((response) => response.text());
    // It says nothing for minutes, but it beats.
    await vi.advanceTimersByTimeAsync(300_000);
    die();
    await vi.advanceTimersByTimeAsync(70_000);
    const end = 'event: error\ndata: {"message":"The work has failed."}';
    for (const text of await Promise.all(reading)) {
      expect(text.replaceAll(/id: .*\n/g, '')).toContain(`data: 1\n\n`);
      expect(text.split(end)).toHaveLength(2);
      expect(text).toMatch(/data: \[DONE\]\n\n$/);
    }
    expect(errors).toMatchObject([{ message: expect.stringContaining(id) as string }]);
    expect((await there.resume(get(), id)).status).toBe(200);
    // It was only busy: it stops, and sends no second end.
    expect((await run()).signal.aborted).toBe(true);
    expect(near.tail(`run::${id}`, 9).events.filter(({ data }) => data === '[DONE]')).toHaveLength(
      1,
    );
    expect(await heard).toContain('data: [DONE]');
  });

  test('two servers that find a run dead at the same time say so once', async () => {
    const { here, there, also, near, die, errors } = mortal();
    const random = vi.spyOn(Math, 'random').mockReturnValue(0.5);
    onTestFinished(() => {
      random.mockRestore();
    });
    const { work, run } = steps();
    const begun = await here.start(post(), work);
    const id = begun.headers.get('x-run') ?? '';
    await run();
    die();
    const reading = [await there.resume(get(), id), await also.resume(get(), id)].map(datas);
    await vi.advanceTimersByTimeAsync(70_000);
    const end = ['data: {"message":"The work has failed."}', 'data: [DONE]'];
    expect(await Promise.all(reading)).toEqual([end, end]);
    expect(errors).toHaveLength(1);
    expect(near.tail(`run::${id}`, 9).events.filter(({ type }) => type === 'error')).toHaveLength(
      1,
    );
    // It is kept for as long as one that has ended by itself.
    await vi.advanceTimersByTimeAsync(300_000);
    expect((await there.resume(get(), id)).status).toBe(410);
    await begun.body?.cancel();
  });

  test('a history that cannot be reached does not say that a run is dead', async () => {
    const { here, there, away, errors } = mortal();
    const { work, run, end } = steps();
    const begun = await here.start(post(), work);
    const id = begun.headers.get('x-run') ?? '';
    const { publish } = await run();
    const reading = (await there.resume(get(), id)).text();
    for (let times = 0; times < 20; times++) {
      away(times % 3 > 0);
      await vi.advanceTimersByTimeAsync(12_000);
    }
    away(false);
    await publish('1');
    end();
    await vi.advanceTimersByTimeAsync(1_000);
    expect((await reading).match(/data: .*/g)).toEqual(['data: 1', 'data: [DONE]']);
    expect(errors).toEqual([]);
    await begun.body?.cancel();
  });
});
