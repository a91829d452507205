import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { browserArgs, requireBrowser } from '../../.tools/browser.ts';

type Result = Readonly<Record<string, unknown>>;

interface Answer {
  id?: number;
  result?: Result;
  error?: { message: string };
}

/** What to take one page's measure by. */
export type Metrics = Readonly<Record<string, number>>;

// What would give the frames or the timers of a page another pace than a user's.
const steady = [
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
];

/** Bytes: the JavaScript heap, and what lies outside of it but belongs to it, such as decoded text. */
const heapOf = (usage: Result) => Number(usage['usedSize']) + Number(usage['backingStorageSize']);

/**
 * A Chromium driven over the DevTools protocol itself, without a library between.
 *
 * The libraries switch on the protocol's network domain in every page, and with it each event of an
 * `EventSource` is told to them: it is then three to six times as slow as it is for a user.
 */
export class Chromium {
  readonly #process: ChildProcess;
  readonly #profile: string;
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #lastId = 0;

  private constructor(process: ChildProcess, profile: string, socket: WebSocket) {
    this.#process = process;
    this.#profile = profile;
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => {
      const answer = JSON.parse(String(data)) as Answer;
      if (answer.id === undefined) return;
      this.#waiting.get(answer.id)?.(answer);
      this.#waiting.delete(answer.id);
    });
  }

  static async launch(): Promise<Chromium> {
    const profile = await mkdtemp(path.join(tmpdir(), 'bench-'));
    const own = ['--headless=new', '--remote-debugging-port=0', `--user-data-dir=${profile}`];
    const browser = spawn(
      requireBrowser().path,
      [...browserArgs, ...steady, ...own, '--window-size=1280,800', 'about:blank'],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    for await (const line of createInterface({ input: browser.stderr })) {
      const address = /^DevTools listening on (\S+)/.exec(line)?.[1];
      if (!address) continue;
      const socket = new WebSocket(address);
      await once(socket, 'open');
      browser.stderr.resume();
      return new Chromium(browser, profile, socket);
    }
    throw new Error('Chromium ended before it could be driven; start it by hand to see why.');
  }

  /** One command of the DevTools protocol. */
  async send(method: string, params: Result = {}, sessionId?: string): Promise<Result> {
    const id = ++this.#lastId;
    const answered = new Promise<Answer>((resolve) => this.#waiting.set(id, resolve));
    this.#socket.send(JSON.stringify({ id, method, params, sessionId }));
    const { result, error } = await answered;
    if (error) throw new Error(`${method} failed in Chromium: ${error.message}`);
    return result ?? {};
  }

  async version(): Promise<string> {
    return String((await this.send('Browser.getVersion'))['product']);
  }

  get pid(): number {
    return this.#process.pid ?? NaN;
  }

  /** Opens a page beside another one, or in a browser context of its own, so that nothing is warm from the one before. */
  async open(url: string, beside?: Page): Promise<Page> {
    const { browserContextId } = beside
      ? { browserContextId: beside.context }
      : await this.send('Target.createBrowserContext');
    const target = { url: 'about:blank', browserContextId };
    const { targetId } = await this.send('Target.createTarget', target);
    const attached = await this.send('Target.attachToTarget', { targetId, flatten: true });
    const page = new Page(this, String(attached['sessionId']), String(browserContextId));
    // Its own time: what else runs on the machine is not in it.
    await page.send('Performance.enable', { timeDomain: 'threadTicks' });
    await page.send('Page.navigate', { url });
    await page.ready();
    return page;
  }

  async close(): Promise<void> {
    const ended = once(this.#process, 'exit');
    await this.send('Browser.close');
    await ended;
    await rm(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** One page of one sample. */
export class Page {
  readonly #browser: Chromium;
  readonly #session: string;
  /** What pages share, such as locks. */
  readonly context: string;

  constructor(browser: Chromium, session: string, context: string) {
    this.#browser = browser;
    this.#session = session;
    this.context = context;
  }

  send(method: string, params: Result = {}): Promise<Result> {
    return this.#browser.send(method, params, this.#session);
  }

  async evaluate(expression: string): Promise<unknown> {
    const answer = await this.send('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
    const { result, exceptionDetails } = answer as {
      result: { value?: unknown };
      exceptionDetails?: { exception?: { description?: string } };
    };
    if (exceptionDetails) {
      throw new Error(`The page threw: ${exceptionDetails.exception?.description ?? expression}`);
    }
    return result.value;
  }

  /** Resolves when the page can be asked for its steps. */
  async ready(): Promise<void> {
    const end = Date.now() + 10_000;
    // Asked again and again from outside: a promise would go with the document before this one.
    while ((await this.evaluate('typeof globalThis.bench')) !== 'function') {
      if (Date.now() > end) throw new Error('The page did not load; open it by hand to see why.');
      await new Promise((done) => setTimeout(done, 5));
    }
  }

  /** Has the page do one of its steps. */
  async run(step: string): Promise<Metrics> {
    return (await this.evaluate(`bench(${JSON.stringify(step)})`)) as Metrics;
  }

  /** Bytes on the heap, without collecting first. */
  async heap(): Promise<number> {
    return heapOf(await this.send('Runtime.getHeapUsage'));
  }

  /** Bytes on the heap that are still reachable. */
  async retained(): Promise<number> {
    // What weak references and finalizers held is free only after a second collection.
    for (let times = 0; times < 3; times++) await this.send('HeapProfiler.collectGarbage');
    return this.heap();
  }

  /** Milliseconds of processor time that the main thread has taken so far. */
  async busy(): Promise<number> {
    const { metrics } = (await this.send('Performance.getMetrics')) as {
      metrics: { name: string; value: number }[];
    };
    return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN) * 1_000;
  }

  /** Has the page do one of its steps, with `busy`: the processor time that its main thread takes for it. */
  async runBusy(step: string): Promise<Metrics & { busy: number }> {
    const before = await this.busy();
    const seen = await this.run(step);
    return { ...seen, busy: (await this.busy()) - before };
  }

  async close(): Promise<void> {
    await this.#browser.send('Target.disposeBrowserContext', { browserContextId: this.context });
  }
}
