/**
 * The server that all contestants read from: a process of its own, so that it takes no time from the
 * runner or the page. It listens on loopback, and ends with the process that has started it.
 */
import { createReadStream } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { chunks } from './traffic.ts';

const [folder = '', ports = '1'] = process.argv.slice(2);

const pageOf = (build: string) => `<!doctype html><meta charset="utf-8"><title>Bench</title>
<style>ol { margin: 0; font: 11px/1.2 monospace } li { white-space: pre }</style>
<main></main><script>
  // Counts what React commits, whoever renders; see the DevTools' global hook.
  globalThis.commits = 0;
  globalThis.__REACT_DEVTOOLS_GLOBAL_HOOK__ = {
    supportsFiber: true, isDisabled: false, checkDCE() {}, inject() { return 1; },
    onCommitFiberRoot() { globalThis.commits += 1; }, onCommitFiberUnmount() {},
    onPostCommitFiberRoot() {}, onScheduleFiberRoot() {},
  };
</script><script type="module" src="/bundle/${build}main.js"></script>`;

// The address of a page with two hundred streams names them all.
const maxHeaderSize = 256 * 1024;

const kinds = ['events', 'lines', 'payloads'] as const;

const numberOf = (params: URLSearchParams, name: string, otherwise: number) =>
  Number(params.get(name) ?? otherwise);

function answer(request: IncomingMessage, response: ServerResponse): void {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  if (pathname.startsWith('/bundle/')) {
    response.writeHead(200, { 'content-type': 'text/javascript' });
    createReadStream(path.join(folder, pathname.slice('/bundle/'.length))).pipe(response);
    return;
  }
  if (pathname === '/') {
    const build = searchParams.get('build');
    response
      .writeHead(200, { 'content-type': 'text/html' })
      .end(pageOf(build ? `${encodeURIComponent(build)}/` : ''));
    return;
  }
  const kind = kinds.find((name) => pathname === `/${name}`);
  if (!kind) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, {
    'content-type': kind === 'lines' ? 'text/plain' : 'text/event-stream',
    'cache-control': 'no-store',
    'access-control-allow-origin': '*',
  });
  response.flushHeaders();
  const traffic = chunks({
    kind,
    count: numberOf(searchParams, 'count', 0),
    rate: numberOf(searchParams, 'rate', Infinity),
    first: numberOf(searchParams, 'first', 0),
    symbols: numberOf(searchParams, 'symbols', 40),
    ids: numberOf(searchParams, 'ids', 1) === 1,
  });
  // As fast as the other side reads; left open unless an end is asked for, which would have half of the
  // contestants connect again. Contestants that have seen enough leave in the middle.
  const end = searchParams.has('end');
  pipeline(Readable.from(traffic), response, { end }).catch(() => null);
}

async function listen(): Promise<string> {
  const server = createServer({ maxHeaderSize }, answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

process.on('disconnect', () => {
  process.exit();
});
process.send?.(await Promise.all(Array.from({ length: Number(ports) }, listen)));
