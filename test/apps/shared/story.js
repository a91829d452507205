/**
 * Follows a stream of the server that is cut, leaves it, and meets the ways to fail: what has to be true of
 * every runtime, and of what a tool makes of the package.
 */
export function story({ createConnectionStore, StreamError }, url) {
  const store = createConnectionStore({
    baseUrl: url,
    defaults: { linger: 0, reconnect: { delay: 100 } },
  });

  const first = (count) =>
    new Promise((resolve) => {
      const data = [];
      const leave = store.subscribe(
        { url: '/events' },
        {
          onEvents(events) {
            data.push(...events.map((event) => event.data));
            // Not before: the end of what was sent may die with the connection.
            if (data.length === 2) void fetch(`${url}/cut`);
            if (data.length < count) return;
            leave();
            resolve(data);
          },
        },
      );
    });

  const failure = (request) =>
    new Promise((resolve) => {
      const leave = store.subscribe(request, {
        onEvents() {},
        onState({ status, error }) {
          if (!error) return;
          leave();
          resolve({ status, isStreamError: error instanceof StreamError, kind: error.kind });
        },
      });
    });

  const headers = () => {
    throw new StreamError('aborted', 'There is no token');
  };

  // The server answers when it has seen that the stream was left.
  const left = (data) => fetch(`${url}/left`).then(() => data);

  return Promise.all([
    first(3).then(left),
    failure({ url: '/refused' }),
    failure({ url: '/silent', openTimeout: 100, reconnect: false }),
    failure({ url: '/events', headers }),
  ]).then(([data, ...failures]) => ({ data, failures }));
}
