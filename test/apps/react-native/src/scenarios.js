import { fetch as expoFetch } from 'expo/fetch';
import { createElement } from 'react';
import { create } from 'react-test-renderer';
import {
  json,
  StreamProvider,
  useEventStream,
  useLogTail,
  useStreamProgress,
} from 'use-event-stream';
import { createConnectionStore, FetchEventSource, StreamError } from 'use-event-stream/core';
import { page } from './page';

const { host, device, reactNative } = global;

/** Waits until something is so. */
async function until(what, isSo) {
  const end = Date.now() + 20_000;
  while (!isSo()) {
    if (Date.now() > end) throw new Error(`Never so: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Subscribes with the core until `isSo`, and gives what came. */
async function follow(options, request, isSo) {
  const store = createConnectionStore({ baseUrl: host.origin, ...options });
  const seen = { data: [], states: [], shown: '' };
  store.subscribe(
    { reconnect: { delay: 1, maxDelay: 100 }, ...request },
    {
      onEvents: (events) => seen.data.push(...events.map(({ data }) => data)),
      onState: (state) => {
        seen.states.push(state);
        seen.shown = store.connections()[0]?.url ?? seen.shown;
      },
    },
  );
  await until(request.url, () => isSo(seen));
  store.close();
  return seen;
}

const hasFailed = ({ states }) => states.at(-1)?.status === 'failed';

/** Mounts a component that shows what a hook gives, until `isSo`. */
async function show(useHook, isSo, props = {}) {
  let last = null;
  function Shown() {
    last = useHook();
    return null;
  }
  const tree = createElement(
    StreamProvider,
    { baseUrl: host.origin, ...props },
    createElement(Shown),
  );
  const rendered = create(tree, { unstable_isConcurrent: true });
  await until('the hook', () => last !== null && isSo(last));
  rendered.unmount();
  return last;
}

/** Every hook, with the `fetch` that the provider is given, if any. */
async function hooks(props) {
  const events = await show(
    () => useEventStream('/cut', { parse: json, until: 'done', reconnect: { delay: 1 } }),
    ({ status }) => status === 'closed',
    props,
  );
  const job = await show(
    () => useStreamProgress('/job', { until: 'done' }),
    ({ status }) => status === 'done',
    props,
  );
  const log = await show(
    () => useLogTail('/log', { format: 'lines' }),
    ({ status }) => status === 'closed',
    props,
  );
  return {
    events: events.events.map(({ data }) => data),
    job: [job.percent, job.statusText],
    log: log.lines.map(({ text, level }) => [text, level]),
  };
}

async function failure(request, options = {}) {
  const { states } = await follow(options, { reconnect: false, ...request }, hasFailed);
  const { error } = states.at(-1);
  const { kind, message, reason } = error;
  return [
    error instanceof StreamError,
    error instanceof Error,
    kind,
    reason,
    message.split(host.origin).join(''),
  ];
}

/** What `React Native` before 0.80 has: nothing but the text can be read. */
class OldUrl extends reactNative.URL {}
for (const name of [
  'hash',
  'host',
  'hostname',
  'origin',
  'password',
  'pathname',
  'port',
  'protocol',
  'search',
  'username',
]) {
  Object.defineProperty(OldUrl.prototype, name, {
    get() {
      throw new Error('not implemented');
    },
  });
}

/** Streams where `URL` is another than the standard's. */
async function withUrl(Url) {
  const { URL: before } = global;
  global.URL = Url;
  try {
    const asked = `${host.origin}/cut?key=secret#part`;
    const absolute = await follow({}, { url: asked }, ({ data }) => data.length === 5);
    const relative = await follow({}, { url: '/job?key=secret' }, ({ data }) => data.length === 3);
    const object = await follow(
      {},
      { url: new Url(`${host.origin}/job`) },
      ({ data }) => data.length === 3,
    );
    const refused = ['ftp://a.test/', 'nothing', 'http://', ''].map((url) => {
      try {
        createConnectionStore().subscribe({ url, reconnect: false }, { onEvents() {} })();
        return 'taken';
      } catch (error) {
        return error.message;
      }
    });
    const shown = [absolute, relative, object].map((seen) => seen.shown.replace(host.origin, ''));
    return { shown, asked: host.asked().slice(-4), refused };
  } finally {
    global.URL = before;
  }
}

export const scenarios = {
  globals: () => [fetch === expoFetch, typeof ReadableStream, typeof FetchEventSource].map(String),
  hooks: () => hooks({}),
  hooksWithGivenFetch: () => hooks({ fetch: expoFetch }),
  async token() {
    let token = 'stale';
    const seen = [];
    const headers = ({ refused, attempt }) => {
      if (refused) token = 'fresh';
      seen.push([attempt, refused?.get('authorization') ?? null]);
      return { Authorization: `Bearer ${token}` };
    };
    const { data } = await follow({}, { url: '/token', headers }, (all) => all.data.length === 1);
    return { data, seen };
  },
  async resume() {
    const { data, states } = await follow({}, { url: '/cut' }, (seen) => seen.data.length === 5);
    return { data, statuses: states.map(({ status }) => status), error: states[2].error.kind };
  },
  async background() {
    const statuses = [];
    const store = createConnectionStore({ baseUrl: host.origin, page });
    const data = [];
    const leave = store.subscribe(
      { url: '/open', suspendWhenHidden: true },
      {
        onEvents: (events) => data.push(...events.map(({ lastEventId }) => lastEventId)),
        onState: ({ status, retryAt }) =>
          statuses.push(retryAt === null ? status : `${status} in a while`),
      },
    );
    await until('first', () => data.length === 1);
    const before = host.open();
    device.appState('inactive');
    device.appState('background');
    await until('closed', () => host.open() === before - 1);
    device.appState('active');
    await until('second', () => data.length === 2);
    leave();
    store.close();
    await until('left', () => host.open() === before - 1);
    return { data, statuses };
  },
  async offline() {
    const store = createConnectionStore({ page });
    const states = [];
    device.connect(false);
    store.subscribe(
      { url: host.nowhere, reconnect: { delay: 1, maxDelay: 60_000 } },
      { onEvents() {}, onState: (state) => states.push(state) },
    );
    // NetInfo tells what it knows once somebody listens.
    await until(
      'failing',
      () => states.at(-1)?.status === 'reconnecting' && states.at(-1).retryAt - Date.now() > 30_000,
    );
    const { kind, message } = states.at(-1).error;
    device.connect(true);
    const count = states.length;
    await until('tried', () => states.length > count);
    store.close();
    return { kind, isNamed: message.includes('there is no network') };
  },
  async errors() {
    return [
      await failure({ url: '/missing' }),
      await failure({ url: '/page' }),
      await failure({ url: '/silent', openTimeout: 100 }),
      await failure({ url: '/idle', idleTimeout: 100 }),
      await failure({ url: '/large', maxEventSize: 1_000 }),
      await failure({ url: host.nowhere }),
      await failure({
        url: '/open',
        headers() {
          throw new StreamError('aborted', 'Signed out.');
        },
      }),
      await failure({ url: '/open', headers: { 'bad name': 'x' } }).catch(({ message }) => message),
    ];
  },
  async post() {
    const options = {
      format: 'text',
      method: 'POST',
      body: 'grüße',
      headers: { 'Content-Type': 'text/plain' },
    };
    const { data, states } = await follow(
      {},
      { url: '/answer', ...options },
      ({ states: all }) => all.at(-1)?.status === 'closed',
    );
    return { answer: data.join(''), reason: states.at(-1).reason };
  },
  async ownFetch() {
    const before = host.asked().length;
    const own = { fetch: reactNative.fetch };
    const given = await failure({ url: '/log', format: 'lines', reconnect: true }, own);
    const { fetch: streaming } = global;
    Object.assign(global, own);
    const asGlobal = await failure({ url: '/open', reconnect: true }).finally(() => {
      global.fetch = streaming;
    });
    return { given, asGlobal, requests: host.asked().length - before };
  },
  ownUrl: () => withUrl(reactNative.URL),
  oldUrl: () => withUrl(OldUrl),
};

/** Runs one after the other; what one throws stands in the place of its result. */
export async function runAll() {
  const results = {};
  for (const [name, run] of Object.entries(scenarios)) {
    try {
      results[name] = await run();
    } catch (error) {
      results[name] = `${error}\n${error?.stack}`;
    }
  }
  return results;
}
