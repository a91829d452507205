import { expect, test } from 'vitest';
import { playCluster, quick } from './scenes.ts';

test('a killed server, a restarted Redis, a deploy, a cut nginx and a flood: every client has every event once and in order', async () => {
  const report = await playCluster(quick, () => undefined);
  const { whole, clients, wrong, wholeRuns, published, portsInUse, complaints } = report;
  expect([whole, wrong]).toEqual([clients, '']);
  expect(Math.min(...published)).toBeGreaterThan(0);
  expect(wholeRuns).toBe(quick.runs);
  expect(report.scenes.map(({ reconnects }) => reconnects > 0)).toContain(true);
  expect([portsInUse, complaints]).toEqual([[], []]);
});
