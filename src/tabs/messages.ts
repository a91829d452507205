/** Headers of an answer. */
export type Headings = readonly (readonly [string, string])[];

/** What a store needs to know of an answer. */
export interface Head {
  readonly url: string;
  readonly headers: Headings;
}

/** How a tab asks for a stream that another one reads. */
export interface Join {
  readonly type: 'join';
  /** Who asks. */
  readonly from: string;
  /** The event id to go on after; empty for none. */
  readonly after: string;
  /** What to begin with where there is no id: all from the beginning, the recent events, or what comes from now on. */
  readonly begin: 'whole' | 'recent' | 'live';
  /** How many events are recent. */
  readonly replay: number;
}

/** What the tab that leads says to one that has asked. `next` is the number of the first piece that is not in it. */
export type Reply =
  | ({ readonly type: 'welcome'; readonly lead: string; readonly next: number } & {
      /** Not its url, which may be a secret: who asks knows it. */
      readonly headers: Headings;
      readonly bytes: Uint8Array<ArrayBuffer>;
      /** They are all since the beginning, or since the id that was asked for. */
      readonly isWhole: boolean;
    })
  | { readonly type: 'unknown'; readonly lead: string };

/** What is said to all tabs that are on a stream. `lead` names one request of one tab. */
export type Message =
  | Join
  | { readonly type: 'ping' }
  /** Somebody leads, and is there. */
  | { readonly type: 'pong'; readonly lead: string }
  /** The stream has been opened: ask to join. */
  | { readonly type: 'lead'; readonly lead: string }
  | ({ readonly type: 'data'; readonly lead: string } & {
      readonly piece: number;
      readonly bytes: Uint8Array<ArrayBuffer>;
    })
  /** The server has ended it (`end`), the line broke off (`fail`), or this tab leads no more (`gone`). */
  | { readonly type: 'end' | 'fail' | 'gone'; readonly lead: string };

/** How messages go to the other tabs. */
export interface Channel {
  post(message: Message | Reply): void;
  close(): void;
}

/** What of a browser is needed to share: a test gives one of its own. */
export interface TabsBrowser {
  /** As `navigator.locks`. */
  readonly locks: {
    /** As `navigator.locks.request`. */
    request(name: string, options: LockOptions, granted: () => unknown): Promise<unknown>;
  };
  /** As the global one. */
  readonly BroadcastChannel: new (
    name: string,
  ) => Pick<BroadcastChannel, 'postMessage' | 'close' | 'onmessage'>;
}

/** Opens a channel; `hear` takes what others post: pages of the same origin, which speak as this one does. */
export function open(
  { BroadcastChannel: Made }: TabsBrowser,
  name: string,
  hear: (message: Message | Reply) => void,
): Channel {
  const channel = new Made(name);
  channel.onmessage = ({ data }: MessageEvent<Message | Reply>) => {
    hear(data);
  };
  return {
    post(message) {
      channel.postMessage(message);
    },
    close() {
      channel.onmessage = null;
      channel.close();
    },
  };
}
