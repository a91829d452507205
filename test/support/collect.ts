import type { ConnectionState, StreamEvent } from 'use-event-stream/core';
import type { ConnectionStore, SubscribeRequest } from 'use-event-stream/core';

/** Subscribes and notes all that comes. */
export function collect(store: ConnectionStore, request: SubscribeRequest) {
  const events: StreamEvent<unknown>[] = [];
  const states: ConnectionState[] = [];
  const leave = store.subscribe(request, {
    onEvents: (batch) => events.push(...batch),
    onState: (state) => states.push(state),
  });
  return {
    events,
    states,
    leave,
    /** The data of all events. */
    get data() {
      return events.map(({ data }) => data);
    },
    /** The statuses in the order in which they came. */
    get statuses() {
      return states.map(({ status }) => status);
    },
    get state() {
      return states.at(-1);
    },
  };
}
