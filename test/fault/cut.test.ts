import { expect, test } from 'vitest';
import { serve } from '../support/httpServer.ts';
import { numbered, read, resumable, type Framing } from './numbered.ts';
import { proxyTo } from './proxy.ts';

const count = 2;

const framings: [string, Framing][] = [
  ['chunked', {}],
  ['not chunked', { chunked: false }],
  ['zipped', { gzip: true }],
];

async function setUp(framing: Framing) {
  const server = await serve(resumable(count, framing));
  return { server, proxy: await proxyTo(server) };
}

async function readAll(url: string) {
  const reading = read(url);
  await reading.ended;
  reading.close();
  return reading;
}

for (const [name, framing] of framings) {
  for (const then of ['cut', 'reset'] as const) {
    test(`a ${name} stream loses and doubles nothing, after whatever byte it is ${then}`, async () => {
      const { proxy } = await setUp(framing);
      await readAll(proxy.url);
      const whole = proxy.tunnels[0]?.passed ?? 0;
      expect(whole).toBeGreaterThan(100);
      for (let after = 0; after < whole; after++) {
        proxy.faults = [{ after, then }];
        const before = proxy.tunnels.length;
        const { seen, requests } = await readAll(proxy.url);
        const at = `byte ${after} of ${whole}`;
        expect(seen.data, at).toEqual(numbered(count));
        expect(
          seen.events.map(({ sequence }) => sequence),
          at,
        ).toEqual([1, 2]);
        expect(seen.state, at).toMatchObject({ status: 'closed', reason: 'done' });
        // An answer that had come as a whole was cut too late to need another.
        expect(seen.statuses.join(' '), at).toMatch(
          /^connecting (open )?reconnecting reconnecting (open reconnecting reconnecting )?closed$/,
        );
        const waits = seen.states.filter(({ retryAt }) => retryAt !== null).length;
        expect(requests, at).toHaveLength(1 + waits);
        expect(proxy.tunnels.length - before, at).toBe(requests.length);
      }
    }, 20_000);
  }
}
