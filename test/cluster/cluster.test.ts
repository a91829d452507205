import { expect, test } from 'vitest';
import { playCluster, quick } from './scenes.ts';

test('a killed server, a restarted Redis, a deploy, a cut nginx and a flood: every client has every event once and in order', async () => {
  const report = await playCluster(quick, () => undefined);
  const { whole, clients, wrong, wholeRuns, published, portsInUse, complaints } = report;
  expect([whole, wrong]).toEqual([clients, '']);
  expect(Math.min(...published)).toBeGreaterThan(100);
  expect(wholeRuns).toBe(quick.runs);
  const cut = Object.fromEntries(report.scenes.map(({ name, reconnects }) => [name, reconnects]));
  expect(cut['a server is killed']).toBeGreaterThan(0);
  expect(cut['a server is drained for a deploy']).toBeGreaterThan(0);
  expect(cut['nginx is cut']).toBeGreaterThanOrEqual(quick.clients);
  expect([portsInUse, complaints]).toEqual([[], []]);
});
