// A page on the built package, as ES modules or as CommonJS; prints what it shows.
import { JSDOM } from 'jsdom';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const load = process.argv[2] === 'cjs' ? require : (name) => import(name);

const { window } = new JSDOM('<main></main>', { url: 'http://localhost/' });
Object.assign(globalThis, { window, document: window.document, IS_REACT_ACT_ENVIRONMENT: true });

const { act, createElement } = require('react');
const { createRoot } = require('react-dom/client');
const { StreamProvider, useEventStream } = await load('use-event-stream');
const { mockStream } = await load('use-event-stream/testing');

function Page() {
  const { status, data } = useEventStream('/stream');
  return `${status} ${data}`;
}

const stream = mockStream('/stream', { autoOpen: true });
const root = createRoot(window.document.querySelector('main'));
act(() => {
  // A provider of the application's own inherits from the store above, which another entry has made.
  const provider = { baseUrl: 'https://example.test', defaults: { headers: () => ({}) } };
  const below = createElement(StreamProvider, provider, createElement(Page));
  root.render(createElement(stream.wrapper, null, below));
});
await stream.send('here');
process.stdout.write(window.document.body.textContent);
