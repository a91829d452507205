import { handover } from '../core/connection/source.ts';
import type { SharedResponse } from '../core/connection/answer.ts';
import { headOf, mostWaiting } from './body.ts';
import type { Bytes } from './blocks.ts';
import { Answer, Member } from './member.ts';
import type { TabsBrowser } from './messages.ts';
import type { Ask, Taken, Told } from './ports.ts';
import type { Site } from './site.ts';

/** The pages on a stream of a worker. */
export class Audience {
  readonly #pages = new Set<Served>();
  /** Requests that are read for the others, their own page having gone. */
  readonly #kept = new Set<AbortController>();
  readonly #left: () => void;

  /** `left`: nobody is on it any more. */
  constructor(left: () => void) {
    this.#left = left;
  }

  get isOne(): boolean {
    return this.#pages.size === 1;
  }

  enter(page: Served): void {
    this.#pages.add(page);
    for (const other of this.#pages) other.wake();
  }

  /** A page goes; its request stays if it is the one that is read. */
  leave(page: Served, control: AbortController, leads: boolean): void {
    this.#pages.delete(page);
    if (leads && this.#pages.size > 0) this.#kept.add(control);
    else control.abort();
    if (this.#pages.size > 0) return;
    for (const kept of this.#kept) kept.abort();
    this.#kept.clear();
    this.#left();
  }
}

interface ServedParts {
  readonly port: MessagePort;
  readonly ask: Ask;
  readonly site: Site;
  readonly audience: Audience;
  /** Those of the browser, which know whether the page is there. */
  readonly locks: TabsBrowser['locks'];
}

/** What a worker reads for one request of a page: as a tab among those that it holds in memory. */
export class Served {
  readonly #parts: ServedParts;
  readonly #control = new AbortController();
  readonly #done = new AbortController();
  #response: SharedResponse | null = null;
  #isGone = false;
  #sent = 0;
  #taken = 0;
  wake: () => void = () => undefined;

  constructor(parts: ServedParts) {
    this.#parts = parts;
    const { port, ask, site, audience, locks } = parts;
    const { topic, whole, replay, url } = ask;
    audience.enter(this);
    port.onmessage = ({ data }: MessageEvent<Taken>) => {
      this.#taken = data.length;
      this.wake();
    };
    const gone = () => {
      this.#leave();
    };
    locks.request(ask.lock, { signal: this.#done.signal }, gone).catch(() => null);
    if (ask.isLive) site.setLive(topic);
    const headers = ask.headers.map(([name, value]): [string, string] => [name, value]);
    const init = { ...ask.init, headers, signal: this.#control.signal };
    const answer = new Answer();
    new Member(site, { url, init, topic, whole, replay }, answer);
    void this.#serve(answer.promise);
  }

  async #serve(answer: Promise<SharedResponse>): Promise<void> {
    try {
      this.#response = await answer;
      this.#answer(this.#response);
      await this.#read(this.#response);
      this.#tell({ type: 'end' });
    } catch (cause) {
      this.#fail(cause);
    }
    this.#leave();
  }

  #answer(response: SharedResponse): void {
    const { status, statusText, type, redirected, tab } = response;
    const init = { status, statusText, type, redirected };
    const head = headOf(response, Date.now());
    this.#tell({ type: 'answer', head, init, isShared: tab !== undefined });
  }

  async #read(response: SharedResponse): Promise<void> {
    const reader: ReadableStreamDefaultReader<Bytes> | undefined = response.body?.getReader();
    for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) {
      if (!this.#isGone) await this.#give(read.value);
    }
  }

  get #isFull(): boolean {
    return !this.#isGone && this.#sent - this.#taken > mostWaiting;
  }

  /** A page that does not read holds back its own server, and nobody else. */
  async #give(bytes: Bytes): Promise<void> {
    const { audience } = this.#parts;
    while (this.#isFull && (audience.isOne || this.#response?.tab === undefined)) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
    if (this.#isFull) {
      this.#tell({ type: 'fail', message: '', isHandover: true });
      this.#leave();
      return;
    }
    this.#sent += bytes.length;
    this.#tell({ type: 'data', bytes });
  }

  #fail(cause: unknown): void {
    const { name, message } = cause instanceof Error ? cause : new TypeError(String(cause));
    this.#tell({ type: 'fail', message, isHandover: name === handover });
  }

  #tell(told: Told): void {
    if (!this.#isGone) this.#parts.port.postMessage(told);
  }

  #leave(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#done.abort();
    this.#parts.port.close();
    this.#parts.audience.leave(this, this.#control, this.#response?.tab === 'leads');
    this.wake();
  }
}
