// A page on the built package, as ES modules or as CommonJS; prints what it shows.
import { JSDOM } from 'jsdom';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const load = process.argv[2] === 'cjs' ? require : (name) => import(name);

const { window } = new JSDOM('<main></main>', { url: 'http://localhost/' });
Object.assign(globalThis, { window, document: window.document, IS_REACT_ACT_ENVIRONMENT: true });

const { act, createElement } = require('react');
const { createRoot } = require('react-dom/client');
const { useEventStream } = await load('use-event-stream');
const { mockStream } = await load('use-event-stream/testing');

function Page() {
  const { status, data } = useEventStream('/stream');
  return `${status} ${data}`;
}

const stream = mockStream('/stream', { autoOpen: true });
const root = createRoot(window.document.querySelector('main'));
act(() => {
  root.render(createElement(stream.wrapper, null, createElement(Page)));
});
await stream.send('here');
process.stdout.write(window.document.body.textContent);
