// A cluster on this machine: Redis, three servers, nginx, and clients; `--quick` makes it small. Ends by itself.
import { full, playCluster, quick } from './scenes.ts';

const size = process.argv.includes('--quick') ? quick : full;
const megabytes = (bytes: number) => `${String(Math.round(bytes / 1_048_576))} MB`;

console.log(
  `Three servers behind nginx, one Redis; ${String(size.clients)} clients in Node, ${String(size.components)} components in one page, ${String(size.feeds)} feeds.`,
);
const report = await playCluster(size, console.log);
const { whole, clients, wrong, memory, published, scenes } = report;
const events = published.reduce((sum, count) => sum + count, 0);
console.log(
  `${String(whole)} of ${String(clients)} clients have all events of their feed exactly once and in order (${String(events)} published, ${String(report.refused)} refused).`,
);
console.log(
  `${String(report.wholeRuns)} of ${String(size.runs)} runs are whole, ${String(report.resumedRuns)} went on at another connection.`,
);
console.log(
  `The memory of a server was ${megabytes(memory.before)} before, and ${megabytes(memory.most)} at most.`,
);
const complaints = [
  ...(whole < clients ? [wrong] : []),
  ...(report.wholeRuns < size.runs ? ['A run is not whole.'] : []),
  ...scenes
    .filter(({ reconnects, fullest }) => reconnects >= 100 && fullest > 0.2)
    .map(({ name }) => `${name}: too many came back at the same time.`),
  ...report.portsInUse.map((port) => `Somebody still listens on ${String(port)}.`),
  ...report.complaints,
];
for (const complaint of complaints) console.error(complaint);
process.exitCode = complaints.length > 0 ? 1 : 0;
