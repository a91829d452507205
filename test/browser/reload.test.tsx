import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { until } from './support/mount.tsx';
import { startServer } from './support/server.ts';

const whole = Array.from({ length: 60 }, (_, index) => index + 1).join(' ');
const target = '/numbers?count=60&rate=15';

beforeEach(() => {
  sessionStorage.clear();
});

/** A page of its own, that can be loaded again, on the session's storage. */
async function open(server: string, { begins = false } = {}) {
  const query = new URLSearchParams({ server, target, ...(begins && { begins: '' }) });
  const script = new URL('./support/chatPage.ts', import.meta.url);
  // What the bundler would put into a page of its own.
  const html = `<!doctype html><base href="${location.origin}"><script>
    window.__DEV__ = true;
    window.$RefreshReg$ = () => {};
    window.$RefreshSig$ = () => (type) => type;
    window.__vite_plugin_react_preamble_installed__ = true;
  </script><body><script type="module" src="${script.origin}${script.pathname}?${query.toString()}"></script></body>`;
  const url = URL.createObjectURL(new Blob([html], { type: 'text/html' }));
  const frame = document.createElement('iframe');
  frame.src = url;
  document.body.append(frame);
  onTestFinished(() => {
    frame.remove();
    URL.revokeObjectURL(url);
  });
  const text = () => frame.contentDocument?.querySelector('p')?.textContent ?? '';
  const last = () => Number(/(\d+)$/.exec(text())?.[1] ?? 0);
  const loaded = () =>
    new Promise((resolve) => {
      frame.addEventListener('load', resolve, { once: true });
    });
  await loaded();
  return {
    frame,
    text,
    last,
    async reload() {
      const done = loaded();
      frame.contentWindow?.location.reload();
      await done;
    },
  };
}

const traffic = async (server: Awaited<ReturnType<typeof startServer>>) => ({
  posts: (await server.traffic(`/chat${target}`)).requests,
  ids: (await server.traffic(`/runs${target}`)).lastEventIds.map(Number),
});

test('an answer goes on after real reloads: one POST, and its text is whole', async () => {
  const server = await startServer();
  const page = await open(server.url, { begins: true });
  for (const count of [5, 20, 35]) {
    await until(() => page.last() > count);
    await page.reload();
  }
  await until(() => page.text().startsWith('closed'));
  expect(page.text()).toBe(`closed: ${whole}`);
  const { posts, ids } = await traffic(server);
  expect(posts).toBe(1);
  expect(ids).toHaveLength(3);
  // The last page of each has written how far it has come.
  expect(ids.map((id, index) => id > ([5, 20, 35][index] ?? 0))).toEqual([true, true, true]);
  expect(Object.keys(sessionStorage)).toEqual(['asked']);
});

test('a second page on the same storage reads along, and both are whole; the first goes on after a reload', async () => {
  const server = await startServer();
  const page = await open(server.url, { begins: true });
  await until(() => page.last() > 5 && sessionStorage.length > 1);
  const twin = await open(server.url);
  await until(() => twin.last() > 20);
  await page.reload();
  for (const each of [page, twin]) {
    await until(() => each.text().startsWith('closed'));
    expect(each.text()).toBe(`closed: ${whole}`);
  }
  expect((await traffic(server)).posts).toBe(1);
  expect(Object.keys(sessionStorage)).toEqual(['asked']);
});
