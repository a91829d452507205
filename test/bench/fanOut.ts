/**
 * Connects many clients to one topic of a server in another process, and counts what comes to them.
 *
 * Started by hand, it prints the figures: `node test/bench/fanOut.ts '{"contestant":"res.write","clients":1000,"count":500}'`.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Order, Usage } from './fanOutServer.ts';

const query = process.argv[2] ?? '{}';
const { clients = 1_000, count = 500 } = JSON.parse(query) as { clients?: number; count?: number };

// So many events are on their way at most: none is cut because it is behind, and nobody waits for the next one.
const ahead = 32;
const tilde = '~'.charCodeAt(0);

const server = fork(fileURLToPath(new URL('fanOutServer.ts', import.meta.url)), [query], {
  execArgv: ['--expose-gc'],
  env: { ...process.env, NODE_ENV: 'production' },
});
const order = (what: Order) => server.send(what);

async function usage(): Promise<Usage> {
  order('usage');
  const [used] = (await once(server, 'message')) as [Usage];
  return used;
}

/** How many clients have had this many events. */
const have = new Array<number>(count + 1).fill(0);
/** All clients have had this many. */
let everybody = 0;
let finished: () => void = () => undefined;

function had(number: number): void {
  have[number] = (have[number] ?? 0) + 1;
  if (have[number] < clients) return;
  everybody = number;
  order({ upTo: Math.min(count, everybody + ahead) });
  if (everybody === count) finished();
}

/** Counts the events of a client as cheaply as can be: the reading is not what is measured. */
function counter(): (bytes: Uint8Array) => void {
  let number = 0;
  return (bytes) => {
    for (let at = bytes.indexOf(tilde); at >= 0; at = bytes.indexOf(tilde, at + 1)) had(++number);
  };
}

const buffer = Buffer.alloc(65_536);

async function client(port: number): Promise<Socket> {
  const read = counter();
  let opened: () => void = () => undefined;
  const open = new Promise<void>((resolve) => (opened = resolve));
  const callback = (length: number, bytes: Uint8Array) => {
    opened();
    read(bytes.subarray(0, length));
    return true;
  };
  const socket = connect({ port, host: '127.0.0.1', onread: { buffer, callback } });
  socket.write('GET / HTTP/1.1\r\nhost: localhost\r\naccept: text/event-stream\r\n\r\n');
  await open;
  return socket;
}

const [port] = (await once(server, 'message')) as [number];
// The code is loaded and warm before anything is looked at.
(await client(port)).destroy();
const before = await usage();
const sockets: Socket[] = [];
// Not all at once: more would wait to be accepted than the system lets wait.
while (sockets.length < clients)
  sockets.push(...(await Promise.all(Array.from({ length: 50 }, () => client(port)))));
const connected = await usage();
const start = performance.now();
const end = new Promise<void>((resolve) => (finished = resolve));
order({ upTo: Math.min(count, ahead) });
await end;
const seconds = (performance.now() - start) / 1_000;
const after = await usage();
for (const socket of sockets) socket.destroy();
server.disconnect();

const figures = {
  perSecond: count / seconds,
  delivered: (count * clients) / seconds,
  busyPerDelivery: ((after.busy - connected.busy) * 1_000) / (count * clients),
  heldPerClient: (connected.held - before.held) / clients,
  heldAfter: (after.held - before.held) / clients,
};
if (process.send) process.send(figures, () => process.exit());
else console.log(figures);
