import type { Bytes } from './blocks.ts';
import type { AnswerInit } from './body.ts';
import type { Head } from './messages.ts';

/** A worker tells a page that it is there. It holds the lock of this name for as long as it lives. */
export interface Hello {
  readonly type: 'hello';
  readonly lock: string;
}

/** A page asks its worker for a stream, beside the port on which the answer comes. */
export interface Ask {
  readonly type: 'ask';
  /** The page holds the lock of this name for as long as it reads. */
  readonly lock: string;
  readonly url: string;
  /** All that the core sends a GET with, beside its headers. */
  readonly init: Pick<RequestInit, 'credentials' | 'redirect' | 'cache'>;
  readonly headers: readonly (readonly [string, string])[];
  readonly topic: string;
  readonly whole: boolean;
  readonly replay: number;
  /** It goes on with a stream that has no ids. */
  readonly isLive: boolean;
}

/** What a worker says on the port of one request. */
export type Told =
  | ({ readonly type: 'answer'; readonly head: Head; readonly init: AnswerInit } & {
      /** It is a stream of events, which other pages are given too. */
      readonly isShared: boolean;
    })
  | { readonly type: 'data'; readonly bytes: Bytes }
  | { readonly type: 'end' }
  /** `isHandover`: the page asks again at once. */
  | { readonly type: 'fail'; readonly message: string; readonly isHandover: boolean };

/** How many bytes the page has taken by now, all together. */
export interface Taken {
  readonly type: 'taken';
  readonly length: number;
}
