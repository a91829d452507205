import {
  answerTo,
  busy,
  lastEventIdOf,
  plain,
  type Answer,
  type Asked,
  type EventStreamOptions,
} from './answer.ts';
import { askedBy, responseOf } from './eventStream.ts';
import type { History, NewEvent } from './history.ts';
import { memoryHistory } from './memoryHistory.ts';
import { askedByNode, sendAnswer, type NodeRequest, type NodeResponse } from './nodeEventStream.ts';
import { checkNumbers, every, later } from './options.ts';
import { createTopic, type Topic } from './topic.ts';

/** What the work of a run is given. */
export interface Run {
  readonly id: string;
  /** Is aborted when the run is stopped. Not when its client leaves: the work goes on. */
  readonly signal: AbortSignal;
  /**
   * Sends a value, as `publish` of a topic does. The text of `done` ends the run.
   * @throws where the run has ended
   */
  readonly publish: (
    value: unknown,
    options?: { type?: string | undefined },
  ) => string | Promise<string>;
}

/** Whose run it is. */
export interface RunScope {
  /** A run is found by its owner only: it is 404 for all others, as one that never was. @defaultValue none */
  owner?: string | undefined;
}

/** Whose run is started, and under which id. */
export interface RunStart extends RunScope {
  /**
   * The id of the run, such as one that the client has made: up to 128 letters, digits, dots, `-` and `_`; others are answered with 400.
   * Where there is a run of this id, it is not begun twice: the answer goes on with it, so that a POST may be repeated whose answer was
   * lost. Name the `owner`, too: who knows both can read the run. @defaultValue one that cannot be guessed
   */
  id?: string | undefined;
}

/** How runs are kept and sent. Times are in milliseconds. */
export interface RunsOptions extends Omit<EventStreamOptions, 'replay' | 'signal'> {
  /**
   * Where their events are kept. With one that all servers see, such as a `redisHistory`, a run can be gone on with and
   * stopped at each of them. Where a server dies, its runs end for their clients with an event `error` after about 40 seconds.
   * @defaultValue a `memoryHistory` of up to 100,000 events and 16 MiB a run, and 256 MiB of all
   */
  history?: History | undefined;
  /** How long a run is kept after its end; then it is 410. @defaultValue 300,000 */
  keep?: number | undefined;
  /** The data of the event that ends a run. Name it in the option `until` of the client. @defaultValue `'[DONE]'` */
  done?: string | undefined;
  /** How many runs work at the same time; more are answered with 503. @defaultValue 1,000 */
  maxRuns?: number | undefined;
  /**
   * What a client is told of what the work has thrown, as the data of the event `error`. What an error says may be
   * secret. @defaultValue `{ message: 'The work has failed.' }`
   */
  describeError?: ((error: unknown) => unknown) | undefined;
}

/** Work that outlives its connection; see {@link createRuns}. */
export interface Runs {
  /**
   * Answers a POST: starts work, and sends its events. The header `x-run` of the answer is its id, also when it is resumed. Where the client
   * has left before, nothing is started.
   */
  start(request: Request, work: Work, scope?: RunStart): Promise<Response>;
  /**
   * Answers a GET: goes on with a run after the `Last-Event-ID` of the request, or from its start. Several may read along.
   * The answer is 204 if it has ended and the client has all of it, 404 if there is no such run, 410 if it is not kept any more.
   */
  resume(request: Request, id: string, scope?: RunScope): Promise<Response>;
  /**
   * Aborts the signal of a run, and ends it for its clients. One that works at another server is told to stop. False where
   * there is none, or it has ended.
   */
  stop(id: string, scope?: RunScope): Promise<boolean>;
  /** The same as `start` for Node's `http`, Express and Fastify. */
  nodeStart(
    request: NodeRequest,
    response: NodeResponse,
    work: Work,
    scope?: RunStart,
  ): Promise<void>;
  /** The same as `resume` for Node's `http`, Express and Fastify. */
  nodeResume(
    request: NodeRequest,
    response: NodeResponse,
    id: string,
    scope?: RunScope,
  ): Promise<void>;
}

/** What a run does. The run has ended when it returns or throws. */
export type Work = (run: Run) => void | Promise<void>;

// Marks in the history, which no client is sent: a run has begun, works, is to stop, is kept no more.
const [begun, beat, stopped, gone] = ['\nbegun', '\nbeat', '\nstop', '\ngone'];

// How often a run that is silent shows that it works, in milliseconds, and how often it is looked for.
const pulse = 10_000;

/** Calls what may fail, and tells of it. */
type Attempt = (run: () => unknown) => Promise<void>;

/** A run: one that works in this process or has ended not long ago, or one that others have left. */
class LocalRun implements Run {
  readonly id: string;
  readonly topic: Topic<unknown>;
  isOver = false;
  /** The newest of what is being kept. */
  kept: string | Promise<string> = '';
  readonly #done: string;
  readonly #control = new AbortController();
  readonly signal = this.#control.signal;
  readonly #attempt: Attempt;

  constructor(id: string, topic: Topic<unknown>, done: string, attempt: Attempt) {
    this.id = id;
    this.topic = topic;
    this.#done = done;
    this.#attempt = attempt;
  }

  readonly publish = (value: unknown, options: { type?: string | undefined } = {}) => {
    if (this.isOver)
      throw new Error(`use-event-stream: the run ${this.id} has ended: heed its signal.`);
    if (value === this.#done && options.type === undefined) this.isOver = true;
    const kept = this.topic.publish(value, options);
    this.kept = kept;
    // Work need not wait for it: it would end the process.
    void this.#attempt(() => kept);
    return kept;
  };

  /** Sends the last event, unless it was sent. */
  async end(): Promise<void> {
    if (!this.isOver) await this.publish(this.#done);
  }

  /** Aborts the signal, and sends the last event. */
  stop(): Promise<void> {
    this.#control.abort();
    return this.end();
  }
}

class RunKeeper implements Runs {
  readonly #options: RunsOptions;
  readonly #history: History;
  readonly #done: string;
  readonly #runs = new Map<string, LocalRun>();
  /** Those that work elsewhere, and are looked after here. */
  readonly #watched = new Set<string>();
  readonly #onError: (error: unknown) => void;
  #working = 0;

  constructor(options: RunsOptions) {
    checkNumbers(options, ['maxRuns', 'keep']);
    this.#options = options;
    this.#done = options.done ?? '[DONE]';
    this.#onError = options.onError ?? console.error;
    this.#history = options.history ?? memoryOfRuns();
  }

  async start(request: Request, work: Work, scope?: RunStart): Promise<Response> {
    return responseOf(await this.#start(askedBy(request), work, scope));
  }

  async resume(request: Request, id: string, scope?: RunScope): Promise<Response> {
    return responseOf(await this.#resume(askedBy(request), id, scope));
  }

  async nodeStart(
    request: NodeRequest,
    response: NodeResponse,
    work: Work,
    scope?: RunStart,
  ): Promise<void> {
    if (!response.destroyed)
      sendAnswer(await this.#start(askedByNode(request), work, scope), response);
  }

  async nodeResume(
    request: NodeRequest,
    response: NodeResponse,
    id: string,
    scope?: RunScope,
  ): Promise<void> {
    sendAnswer(await this.#resume(askedByNode(request), id, scope), response);
  }

  async stop(id: string, scope?: RunScope): Promise<boolean> {
    const name = nameOf(id, scope);
    const run = this.#runs.get(name);
    if (run) {
      if (run.isOver) return false;
      await run.stop();
      return true;
    }
    const newest = (await this.#history.tail(name, 1)).events.at(-1);
    if (!newest || this.#isOver(newest)) return false;
    await this.#mark(name, stopped);
    return true;
  }

  readonly #attempt: Attempt = async (run) => {
    try {
      await run();
    } catch (error) {
      this.#onError(error);
    }
  };

  /** Whether nothing follows an event. */
  readonly #isOver = ({ data, type }: NewEvent): boolean =>
    type === gone || (data === this.#done && type === undefined);

  #mark(name: string, type: string): string | Promise<string> {
    return this.#history.append(name, { data: '', type });
  }

  #topicOf(name: string): Topic<unknown> {
    return createTopic<unknown>({ name, history: this.#history });
  }

  #optionsFor(id: string): RunsOptions {
    return { ...this.#options, headers: { ...this.#options.headers, 'x-run': id } };
  }

  async #start(asked: Asked, work: Work, scope: RunStart = {}): Promise<Answer> {
    const { id = crypto.randomUUID() } = scope;
    if (asked.signal?.aborted) return plain(asked, 204, this.#options);
    // It comes from the client, and becomes a header.
    if (!isId(id)) return plain(asked, 400, this.#options);
    const options = this.#optionsFor(id);
    const topic = this.#topicOf(nameOf(id, scope));
    const { id: start, events } = await this.#history.tail(topic.name, scope.id ? 1 : 0);
    const answer = answerTo(asked, topic, options, { start, isLast: this.#isOver });
    if (!answer.open) return answer;
    if (events.length > 0) return this.#resume(asked, id, scope);
    if (this.#working >= (this.#options.maxRuns ?? 1_000)) return busy(asked, this.#options);
    const run = new LocalRun(id, topic, this.#done, this.#attempt);
    let stop = () => {};
    let isMine = false;
    this.#working += 1;
    try {
      stop = await this.#hear(run);
      isMine = (await this.#isFirst(topic.name, start, begun)) || !scope.id;
    } finally {
      if (!isMine) this.#leave(stop);
    }
    if (!isMine) return this.#resume(asked, id, scope);
    this.#runs.set(topic.name, run);
    void this.#work(run, work, stop);
    return answer;
  }

  /** Marks a run after an id. Of several that do so at the same time, one is first; none where something else has come. */
  async #isFirst(name: string, after: string, type: string): Promise<boolean> {
    const own = await this.#mark(name, type);
    return (await this.#history.read(name, after))?.[0]?.id === own;
  }

  #leave(stop: () => void): void {
    stop();
    this.#working -= 1;
  }

  /** Heeds what others append to a run: a stop, or the end where they believe it dead. */
  #hear(run: LocalRun): (() => void) | Promise<() => void> {
    return this.#history.follow(run.topic.name, (event) => {
      if (!event || run.isOver) return;
      const isEnd = this.#isOver(event);
      if (!isEnd && event.type !== stopped) return;
      // What others have sent is not sent again.
      run.isOver = isEnd;
      void this.#attempt(() => run.stop());
    });
  }

  async #work(run: LocalRun, work: Work, stop: () => void): Promise<void> {
    const { describeError = described, keep = 300_000 } = this.#options;
    const { name } = run.topic;
    let seen = run.kept;
    const stopBeating = every(pulse, () => {
      if (seen === run.kept && !run.isOver) void this.#attempt(() => this.#mark(name, beat));
      seen = run.kept;
    });
    try {
      await work(run);
      await run.kept;
    } catch (error) {
      // What work throws that was stopped is no error.
      if (!run.signal.aborted) this.#onError(error);
      if (!run.isOver)
        await this.#attempt(() => run.publish(describeError(error), { type: 'error' }));
    }
    await this.#attempt(() => run.end());
    stopBeating();
    this.#leave(stop);
    later(() => void this.#attempt(() => this.#forget(name)), keep);
  }

  async #forget(name: string): Promise<void> {
    this.#runs.delete(name);
    await this.#mark(name, gone);
    await this.#history.trim(name, 1);
  }

  /** Ends a run whose server has died, for those who read it here. */
  async #watch(run: LocalRun): Promise<void> {
    const { name } = run.topic;
    if (this.#runs.has(name) || this.#watched.has(name)) return;
    this.#watched.add(name);
    const isDead = await this.#isDead(name);
    this.#watched.delete(name);
    if (!isDead) return;
    // In its place, this fails: it is kept for as long as others, too.
    const fail = () => {
      throw new Error(
        `use-event-stream: the run ${run.id} has ended without its last event: its server has died, or cannot reach the history.`,
      );
    };
    this.#working += 1;
    await this.#work(run, fail, () => undefined);
  }

  /** Waits until a run has ended, and says whether it is dead: it did not even beat while it was looked for three times. */
  async #isDead(name: string): Promise<boolean> {
    let seen: string | undefined;
    for (let silent = 0; ;) {
      // Not all servers at the same time.
      await new Promise<void>((resolve) => later(resolve, pulse * (1 + Math.random() / 5)));
      try {
        const newest = (await this.#history.tail(name, 1)).events.at(-1);
        if (!newest || this.#isOver(newest)) return false;
        silent = newest.id === seen ? silent + 1 : 0;
        seen = newest.id;
        // Not where another server ends it, or it has sent something meanwhile.
        if (silent === 3 && (await this.#isFirst(name, seen, beat))) return true;
      } catch {
        // It cannot be reached: that says nothing of the run.
        silent = 0;
      }
    }
  }

  async #resume(asked: Asked, id: string, scope?: RunScope): Promise<Answer> {
    if (!isId(id)) return plain(asked, 404, this.#options);
    const name = nameOf(id, scope);
    const options = this.#optionsFor(id);
    const topic = this.#topicOf(name);
    const course = { isLast: this.#isOver };
    if (asked.method === 'OPTIONS') return answerTo(asked, topic, options, course);
    const after = lastEventIdOf(asked, options);
    const { events } = await this.#history.tail(name, after ? 1 : Infinity);
    const [first] = events;
    const newest = events.at(-1);
    if (!first || !newest) return plain(asked, 404, options);
    if (newest.type === gone) return plain(asked, 410, options);
    if (!this.#isOver(newest)) void this.#watch(new LocalRun(id, topic, this.#done, this.#attempt));
    else if (after === newest.id) return plain(asked, 204, options);
    // Where the beginning is kept no more, it is no id that is known.
    const start = first.type === begun ? first.id : 'none';
    return answerTo(asked, topic, options, { ...course, start });
  }
}

const described = () => ({ message: 'The work has failed.' });

const isId = (id: string): boolean => /^[\w.-]{1,128}$/.test(id);

const nameOf = (id: string, { owner = '' }: RunScope = {}): string =>
  `run:${encodeURIComponent(owner)}:${id}`;

const memoryOfRuns = () =>
  memoryHistory({ maxEvents: 100_000, maxBytes: 16_777_216, maxTotalBytes: 268_435_456 });

/**
 * Work that outlives its connection, such as the answer of a language model: a POST starts it, its events are kept, and
 * a GET with its id goes on with it. It is the other half of the client's `resume`.
 *
 * What the work throws is told to `onError`, and becomes an event named `error`. The last event is `[DONE]`.
 *
 * Its id cannot be guessed; with an `owner` it is of use to that user only.
 *
 * @throws TypeError for an option that is no number and should be one.
 *
 * @example
 * ```ts
 * import { createRuns } from 'use-event-stream/server';
 *
 * const runs = createRuns();
 *
 * // POST /api/chat
 * export async function POST(request: Request) {
 *   const { question } = (await request.json()) as { question: string };
 *   return runs.start(request, async ({ publish, signal }) => {
 *     for (const word of question.split(' ')) {
 *       if (!signal.aborted) await publish({ word });
 *     }
 *   });
 * }
 *
 * // GET /api/runs/7, DELETE /api/runs/7
 * export const goOn = (request: Request, id: string) => runs.resume(request, id);
 * export const stop = (id: string) => runs.stop(id);
 * ```
 */
export function createRuns(options: RunsOptions = {}): Runs {
  return new RunKeeper(options);
}
