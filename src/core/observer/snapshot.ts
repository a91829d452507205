import type { OpenInfo } from '../connection/connectionListener.ts';
import type { CloseReason, ConnectionState } from '../connection/connectionState.ts';
import type { Rejection } from './decode.ts';
import type { StreamError } from '../error.ts';
import type { RawEvent } from '../event.ts';
import type { Emitter, Accumulator } from './accumulator.ts';
import type { PersistOption } from './persistence.ts';
import type { StreamRequest } from '../request/request.ts';
import type { BodyOption, HeadersOption } from '../request/requestOptions.ts';
import type { StoreInternals } from '../store/storeInternals.ts';

/** Everything a hook shows, at one moment. */
export interface Snapshot<V> {
  /** Tells which observer it is of. */
  readonly observer: object;
  /** Rises with every publication; the hook shows the newer of two. */
  readonly version: number;
  readonly state: ConnectionState;
  readonly value: V;
  readonly paused: boolean;
}

/** The callbacks of one hook. */
export interface ObserverCallbacks<V> {
  onOpen?: ((info: OpenInfo) => void) | undefined;
  onError?: ((error: StreamError) => void) | undefined;
  onClose?: ((info: { reason: CloseReason; value: V }) => void) | undefined;
  onEvent?: ((event: RawEvent) => void) | undefined;
  onEvents?: ((events: readonly RawEvent[]) => void) | undefined;
  onReject?: ((error: Rejection) => void) | undefined;
  onComment?: ((text: string) => void) | undefined;
  onRestart?: (() => void) | undefined;
}

/** What `start` may change of the request. */
export interface StartOverrides {
  url?: string | URL | undefined;
  method?: string | undefined;
  body?: BodyOption | null | undefined;
  headers?: HeadersOption | undefined;
}

/** What an observer is made of. What may change while it lives is a function. */
export interface ObserverParts<V, F extends Accumulator<V> = Accumulator<V>> {
  store: StoreInternals;
  /** The request as it stands, or null where there is nothing to connect to. */
  request: () => StreamRequest | null;
  /** The same as a start has it. */
  resolve: (overrides?: StartOverrides) => StreamRequest | null;
  /** Nothing is opened before a start. */
  manual: boolean;
  accumulator: (emitter: Emitter) => F;
  throttle: () => 'frame' | number;
  /** How its place survives a reload. */
  persist: () => PersistOption | undefined;
  /** Nobody has watched for the length of the linger. */
  onReleased?: () => void;
  /** A run begins or is taken up again; `signal` is aborted when it is over, or nobody watches any more. */
  onWatched?: ((signal: AbortSignal) => void) | undefined;
}
