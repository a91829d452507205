import { isTerminal } from '../connection/connectionState.ts';
import { checkOptions } from '../options.ts';
import { checkSubscriber, requestTable, subscribeTable } from './optionTables.ts';
import { callSafely } from '../report.ts';
import type { StreamRequest } from '../request/request.ts';
import { nowhere, type Listener, type Subscription } from './sharedStream.ts';
import type { StoreInternals } from './storeInternals.ts';
import type { StreamSubscriber, SubscribeRequest } from './storeOptions.ts';

const silent: Listener = { onEvents: () => undefined };

/** Tells a subscriber what it has missed, and what the connection is doing: an end after the events that led to it. */
function catchUp(subscription: Subscription): void {
  const { connection } = subscription.shared;
  const tell = (call: (listener: Listener) => void) => {
    connection.speak(() => {
      callSafely(() => {
        // It may have left meanwhile.
        call(subscription.listener);
      }, undefined);
    });
  };
  const tellState = () => {
    tell((listener) => listener.onState?.(connection.state));
  };
  const { events } = subscription.shared.since(nowhere);
  const isOver = isTerminal(connection.state);
  if (!isOver) tellState();
  if (events.length > 0) {
    tell((listener) => {
      listener.onEvents(events);
    });
  }
  if (isOver) tellState();
}

/** The way off a connection; `isDone`: everything has come that was wanted of it. */
export type Leave = (isDone: boolean) => void;

/** Opens the connection for a request, or joins it: tells what was missed and the present state, then all that comes. */
export function enter(own: StoreInternals, request: StreamRequest, listener: Listener): Leave {
  const subscription = own.join(request, listener);
  const isNew = subscription.state.status === 'idle';
  subscription.begin();
  if (!isNew) catchUp(subscription);
  return (isDone) => {
    if (subscription.listener === silent) return;
    subscription.listener = silent;
    // With nobody left who wants more it is closed, and who asks again does not hear the same end again.
    if (isDone) subscription.end();
    subscription.leave(request.linger);
  };
}

/** Calls a public subscriber: what it missed and the present state, then all that comes. */
export function subscribeTo(
  own: StoreInternals,
  { url, ...options }: SubscribeRequest,
  subscriber: StreamSubscriber,
): () => void {
  if (__DEV__) {
    checkSubscriber(subscriber);
    checkOptions('subscribe', [requestTable, subscribeTable], options);
  }
  const leave = enter(own, own.resolve({ url, options }, {}), subscriber);
  return () => {
    leave(false);
  };
}
