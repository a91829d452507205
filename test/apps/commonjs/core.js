// Reads a stream of the server whose address is given, with the core alone.
const { createConnectionStore, json, StreamError } = require('use-event-stream/core');

const numbers = [];
const store = createConnectionStore({ baseUrl: process.argv[2] });

/** Follows a stream until it is over, and gives its last state. */
function follow(url, onEvents) {
  return new Promise((resolve) => {
    const leave = store.subscribe(
      { url },
      {
        onEvents,
        onState(state) {
          if (state.status !== 'closed' && state.status !== 'failed') return;
          leave();
          resolve(state);
        },
      },
    );
  });
}

async function main() {
  const closed = await follow('/api/ticks?count=30&rate=300', (events) => {
    numbers.push(...events.map((event) => json(event.data)));
  });
  const { error } = await follow('/api/nothing', () => undefined);
  const failure = {
    isStreamError: error instanceof StreamError,
    kind: error.kind,
    status: error.status,
  };
  console.log(JSON.stringify({ numbers, reason: closed.reason, failure }));
}

void main();
