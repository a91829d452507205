import { absolute, Body, handedOver } from './body.ts';
import { Answer, type MemberRequest } from './member.ts';
import type { TabsBrowser } from './messages.ts';
import type { Ask, Hello, Taken, Told } from './ports.ts';
import { freshName, type Site } from './site.ts';

/** So long a page waits for its worker before it does without. In milliseconds. */
const helloTime = 3_000;

/** One request of a page that its worker makes. The lock tells the worker how long the page reads, however it ends. */
class Asked {
  readonly answer = new Answer();
  readonly #request: MemberRequest;
  readonly #site: Site;
  readonly #port: MessagePort;
  readonly #done: () => void;
  readonly #body = new Body(() => {
    this.#leave();
  });
  #release: () => void = () => undefined;
  #isDone = false;
  #taken = 0;

  constructor(site: Site, request: MemberRequest, worker: MessagePort, done: () => void) {
    const { port1, port2 } = new MessageChannel();
    this.#site = site;
    this.#request = request;
    this.#port = port1;
    this.#done = done;
    port1.onmessage = ({ data }: MessageEvent<Told>) => {
      this.#hear(data);
    };
    request.init.signal.addEventListener('abort', this.#leave);
    const ask = this.#ask();
    const granted = () => {
      if (this.#isDone) return undefined;
      worker.postMessage(ask, [port2]);
      return new Promise<void>((resolve) => {
        this.#release = resolve;
      });
    };
    site.browser.locks.request(ask.lock, {}, granted).catch(() => {
      this.lost();
    });
  }

  #ask(): Ask {
    const { url, init, topic, whole, replay } = this.#request;
    const { credentials, redirect, cache } = init;
    return {
      type: 'ask',
      lock: `use-event-stream ${freshName()}`,
      // The worker's address is another one.
      url: absolute(url),
      init: {
        ...(credentials && { credentials }),
        ...(redirect && { redirect }),
        ...(cache && { cache }),
      },
      headers: [...new Headers(init.headers)],
      ...{ topic, whole, replay, isLive: this.#site.takeLive(topic) },
    };
  }

  #hear(told: Told): void {
    switch (told.type) {
      case 'answer': {
        const tab = () => (told.isShared ? 'follows' : undefined);
        this.answer.resolve(this.#body.response(told.head, tab, told.init));
        return;
      }
      case 'data':
        this.#take(told.bytes);
        return;
      case 'end':
        this.#end();
        return;
      case 'fail':
        if (told.isHandover) this.lost();
        else this.#fail(new TypeError(told.message));
    }
  }

  #take(bytes: Uint8Array<ArrayBuffer>): void {
    this.#taken += bytes.length;
    this.#body.push(bytes);
    if (this.#body.isFull) void this.#body.room().then(this.#tell);
    else this.#tell();
  }

  readonly #tell = (): void => {
    const taken: Taken = { type: 'taken', length: this.#taken };
    if (!this.#isDone) this.#port.postMessage(taken);
  };

  /** The worker reads it no more: the store asks again at once. */
  lost(): void {
    if (this.answer.isGiven) this.#site.setLive(this.#request.topic);
    this.#fail(handedOver());
  }

  readonly #leave = (): void => {
    this.#fail(this.#request.init.signal.reason ?? handedOver());
  };

  #fail(cause: unknown): void {
    this.answer.reject(cause);
    this.#end(cause);
  }

  #end(error?: unknown): void {
    if (this.#isDone) return;
    this.#isDone = true;
    this.#request.init.signal.removeEventListener('abort', this.#leave);
    this.#port.close();
    this.#release();
    this.#body.end(error);
    this.#done();
  }
}

/** A page's way to its worker. */
export class WorkerLink {
  readonly #port: MessagePort;
  readonly #asked = new Set<Asked>();
  readonly #isThere: Promise<boolean>;
  #isGone = false;
  #hasCome: (isThere: boolean) => void = () => undefined;

  constructor(worker: SharedWorker, { locks }: TabsBrowser) {
    this.#port = worker.port;
    this.#isThere = new Promise((resolve) => {
      this.#hasCome = resolve;
    });
    worker.addEventListener('error', this.#lose);
    const timer = setTimeout(this.#lose, helloTime);
    this.#port.addEventListener('message', ({ data }: MessageEvent<Partial<Hello> | null>) => {
      if (data?.type !== 'hello' || !data.lock || this.#isGone) return;
      clearTimeout(timer);
      this.#hasCome(true);
      // It is granted when the worker is gone.
      locks.request(data.lock, { mode: 'shared' }, this.#lose).catch(this.#lose);
    });
    this.#port.start();
  }

  /** Whether the worker can be asked. */
  async isThere(): Promise<boolean> {
    return (await this.#isThere) && !this.#isGone;
  }

  ask(site: Site, request: MemberRequest): Promise<Response> {
    const asked: Asked = new Asked(site, request, this.#port, () => this.#asked.delete(asked));
    this.#asked.add(asked);
    return asked.answer.promise;
  }

  readonly #lose = (): void => {
    this.#isGone = true;
    this.#hasCome(false);
    for (const asked of this.#asked) asked.lost();
  };
}

// A provider calls `tabs` in every render.
const links = /* @__PURE__ */ new WeakMap<SharedWorker, WorkerLink>();

export function linkTo(worker: SharedWorker, browser: TabsBrowser): WorkerLink {
  const link = links.get(worker) ?? new WorkerLink(worker, browser);
  links.set(worker, link);
  return link;
}
