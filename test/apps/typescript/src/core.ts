import {
  createConnectionStore,
  StreamError,
  type ConnectionState,
  type ConnectionStore,
} from 'use-event-stream/core';
import { StreamError as StreamErrorOfHooks, type ConnectionStore as Store } from 'use-event-stream';

export const store = createConnectionStore({ defaults: { linger: 0 }, baseUrl: 'https://x.test' });

/** What the two entries call by one name is one thing. */
export const same: Store = store satisfies ConnectionStore;
export const caught = (reason: unknown) =>
  reason instanceof StreamErrorOfHooks ? (reason satisfies StreamError) : null;

export const leave = store.subscribe(
  { url: '/numbers', format: 'ndjson', reconnect: { maxAttempts: 3 } },
  {
    onEvents: (events) => events.map(({ lastEventId }) => lastEventId),
    onState(state: ConnectionState) {
      if (state.status === 'open') state.openedAt.toFixed();
      // @ts-expect-error only an open connection has been opened
      state.openedAt.toFixed();
    },
  },
);

// @ts-expect-error there is no such transport
store.subscribe({ url: '/numbers', transport: 'websocket' }, {});
