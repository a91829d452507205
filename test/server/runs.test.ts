import {
  createRuns,
  memoryHistory,
  type Run,
  type RunsOptions,
  type Work,
} from 'use-event-stream/server';
import { describe, expect, onTestFinished, test } from 'vitest';
import { nodeListener } from '../../stories/server/node.ts';
import { collect } from '../support/collect.ts';
import { clientStore, farHistory, raw } from '../support/eventServer.ts';
import { serve } from '../support/httpServer.ts';
import type { Handler } from '../support/httpServer.ts';

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
    await expect.poll(far.following).toBe(0);
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

  test('it is gone once it was kept long enough, and leaves nothing in the history', async () => {
    const history = memoryHistory();
    const { url, end, run } = await runServer({ keep: 20, history });
    const response = await fetch(url, { method: 'POST' });
    const id = response.headers.get('x-run') ?? '';
    await run();
    end();
    await expect.poll(async () => (await ask(`${url}/runs/${id}`)).status).toBe(410);
    expect(history.tail(`run::${id}`, 1).events).toEqual([]);
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

test('another server that sees the history goes on with a run', async () => {
  const history = memoryHistory();
  const here = createRuns({ history });
  const there = createRuns({ history });
  const { work, run, end } = steps();
  const started = await here.start(new Request('http://a.test/', { method: 'POST' }), work);
  onTestFinished(() => started.body?.cancel());
  const id = started.headers.get('x-run') ?? '';
  await (await run()).publish('1');
  const response = await there.resume(new Request('http://a.test/'), id);
  end();
  expect((await response.text()).match(/data: .*/g)).toEqual(['data: 1', 'data: [DONE]']);
});
