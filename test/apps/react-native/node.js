/** Runs the bundle in a realm that has only what React Native's native side gives, and prints what came. */
const { readFileSync, writeSync } = require('node:fs');
const http = require('node:http');
const vm = require('node:vm');
const { serve } = require('./src/server');

const asked = [];
let open = 0;

const server = http.createServer(async (request, response) => {
  open += 1;
  response.once('close', () => (open -= 1));
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += chunk;
  const { method, url: path, headers } = request;
  asked.push(path);
  serve(
    { method, path, headers, body },
    {
      head: (status, fields) => response.writeHead(status, fields).flushHeaders(),
      write: (text) => response.write(text),
      end: () => response.end(),
      // Not before what was written is on its way.
      cut: () => setTimeout(() => response.destroy(), 20),
    },
  );
});

/** One request of the native side. Gives the way to cancel. */
function request({ method, url, headers, body }, answer) {
  let isOver = false;
  const once = (tell) => (value) => {
    if (!isOver) tell(value);
    isOver = true;
  };
  const fail = once((error) => answer.fail(error.message));
  const sent = http.request(url, { method, headers, agent: false }, (response) => {
    const { rawHeaders } = response;
    const names = rawHeaders.filter((_, index) => index % 2 === 0);
    answer.head(
      response.statusCode,
      names.map((name, index) => [name, rawHeaders[2 * index + 1]]),
    );
    response.on('data', (bytes) => isOver || answer.data(new Uint8Array(bytes)));
    response.on('end', once(answer.end)).on('error', fail);
  });
  sent.on('error', fail).end(body === null ? null : Buffer.from(body, 'latin1'));
  return () => {
    isOver = true;
    sent.destroy();
  };
}

const native = {
  ...{ setTimeout, clearTimeout, setInterval, clearInterval, setImmediate, clearImmediate },
  ...{ queueMicrotask, console, atob, btoa, TextEncoder, TextDecoder, RN$Bridgeless: true },
  requestAnimationFrame: (run) => setTimeout(run, 16),
  cancelAnimationFrame: clearTimeout,
  performance: { now: () => performance.now() },
};

server.listen(0, '127.0.0.1', async () => {
  const origin = `http://127.0.0.1:${server.address().port}`;
  const realm = vm.createContext(vm.constants.DONT_CONTEXTIFY);
  const host = {
    origin,
    nowhere: 'http://127.0.0.1:9/',
    request,
    asked: () => asked,
    open: () => open,
  };
  Object.assign(realm, native, { host });
  vm.runInContext(readFileSync(process.argv[2], 'utf8'), realm);
  writeSync(1, JSON.stringify(await realm.runAll()));
  process.exit();
});
