import type { TabsBrowser } from './messages.ts';

type Granted = () => unknown;

interface Waiting {
  readonly grant: () => void;
}

/** Web Locks in memory: what of them tabs need. */
class MemoryLocks {
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
function channels(copy: (data: unknown) => unknown): TabsBrowser['BroadcastChannel'] {
  const all = new Set<MemoryChannel>();
  class MemoryChannel {
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
          other.onmessage?.(new MessageEvent('message', { data: copy(data) }));
        }
      });
    }

    close(): void {
      all.delete(this);
    }
  }
  return MemoryChannel;
}

/** What of a browser tabs need, in memory. `copy` makes of a message what the others are given. */
export function memoryBrowser(copy: (data: unknown) => unknown): TabsBrowser {
  return { locks: new MemoryLocks(), BroadcastChannel: channels(copy) };
}
