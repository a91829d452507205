// Renders every hook on a server, and prints the HTML.
const { createElement: h } = require('react');
const { renderToString } = require('react-dom/server');
const {
  StreamProvider,
  useEventStream,
  useLogTail,
  useStreamProgress,
} = require('use-event-stream');
const { createConnectionStore } = require('use-event-stream/core');

function Count() {
  const { status, data } = useEventStream('/api/ticks', {
    initial: 41,
    reduce: (count, events) => count + events.length,
  });
  return h('output', null, `${status} ${data}`);
}

function Job() {
  const { status, progressProps } = useStreamProgress('/api/jobs/1/events');
  return h('div', progressProps, status);
}

function Log() {
  const { status, lines } = useLogTail('/api/logs');
  return h('pre', null, `${status} ${lines.length}`);
}

const store = createConnectionStore({ baseUrl: 'https://example.com' });
const page = h(StreamProvider, { store }, h(Count), h(Job), h(Log));
const html = renderToString(page);
console.log(JSON.stringify({ html, connections: store.connections().length }));
