import type { TabsBrowser } from '../tabs/messages.ts';

type Granted = () => unknown;

interface Waiting {
  readonly grant: () => void;
}

/** Web Locks in memory: what of them tabs need. */
class MockLocks {
  readonly #held = new Map<string, (cause: unknown) => void>();
  readonly #waiting = new Map<string, Waiting[]>();

  readonly request = (name: string, options: LockOptions, granted: Granted): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const { signal, steal = false } = options;
      const waiting = this.#queue(name);
      const entry = {
        grant: () => {
          void this.#hold(name, granted).then(resolve, reject);
        },
      };
      const stop = () => {
        const place = waiting.indexOf(entry);
        if (place === -1) return;
        waiting.splice(place, 1);
        reject(signal?.reason as Error);
      };
      signal?.addEventListener('abort', stop, { once: true });
      if (steal) {
        waiting.unshift(entry);
        this.#held.get(name)?.(new DOMException('The lock was stolen.', 'AbortError'));
        this.#held.delete(name);
      } else waiting.push(entry);
      queueMicrotask(() => {
        this.#next(name);
      });
    });

  #queue(name: string): Waiting[] {
    const waiting = this.#waiting.get(name) ?? [];
    this.#waiting.set(name, waiting);
    return waiting;
  }

  #next(name: string): void {
    if (!this.#held.has(name)) this.#queue(name).shift()?.grant();
  }

  #hold(name: string, granted: Granted): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#held.set(name, reject);
      const done = () => {
        if (this.#held.get(name) === reject) this.#held.delete(name);
        this.#next(name);
      };
      void Promise.resolve(granted()).then(resolve, reject).finally(done);
    });
  }
}

/** Channels in memory: what one posts, the others of its name hear. */
function channels(): TabsBrowser['BroadcastChannel'] {
  const all = new Set<MockChannel>();
  class MockChannel {
    onmessage: ((event: MessageEvent) => void) | null = null;
    readonly name: string;

    constructor(name: string) {
      this.name = name;
      all.add(this);
    }

    postMessage(data: unknown): void {
      const others = [...all].filter((each) => each !== this && each.name === this.name);
      queueMicrotask(() => {
        for (const other of others) {
          other.onmessage?.(new MessageEvent('message', { data: structuredClone(data) }));
        }
      });
    }

    close(): void {
      all.delete(this);
    }
  }
  return MockChannel;
}

/**
 * Web Locks and BroadcastChannel in memory, for tests of `use-event-stream/tabs` where there are none, as in jsdom.
 * Each store that is made with it counts as a tab.
 *
 * @example
 * ```ts
 * import { createConnectionStore } from 'use-event-stream';
 * import { tabs } from 'use-event-stream/tabs';
 * import { mockStream, mockTabs } from 'use-event-stream/testing';
 * import { expect, test, vi } from 'vitest';
 *
 * test('two tabs have one connection', async () => {
 *   const stream = mockStream('/api/prices');
 *   const browser = mockTabs();
 *   const tab = () => createConnectionStore(tabs({ name: 'ada', fetch: stream.fetch, browser }));
 *   const heard: string[] = [];
 *   for (const store of [tab(), tab()]) {
 *     store.subscribe(
 *       { url: '/api/prices' },
 *       { onEvents: (events) => heard.push(...events.map(({ data }) => String(data))) },
 *     );
 *   }
 *   await stream.open();
 *   await stream.send('1.5');
 *   await vi.waitFor(() => expect(heard).toEqual(['1.5', '1.5']));
 *   expect(stream.requests).toHaveLength(1);
 * });
 * ```
 */
export function mockTabs(): TabsBrowser {
  return { locks: new MockLocks(), BroadcastChannel: channels() };
}
