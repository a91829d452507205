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
import { checkNumbers, later } from './options.ts';
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

/** How runs are kept and sent. Times are in milliseconds. */
export interface RunsOptions extends Omit<EventStreamOptions, 'replay' | 'signal'> {
  /** Where their events are kept. @defaultValue a `memoryHistory` of up to 100,000 events and 16 MiB a run, and 256 MiB of all */
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
  start(request: Request, work: Work, scope?: RunScope): Promise<Response>;
  /**
   * Answers a GET: goes on with a run after the `Last-Event-ID` of the request, or from its start. Several may read along.
   * The answer is 204 if it has ended and the client has all of it, 404 if there is no such run, 410 if it is not kept any more.
   */
  resume(request: Request, id: string, scope?: RunScope): Promise<Response>;
  /** Aborts the signal of a run that works in this process, and ends it for its clients. False where there is none. */
  stop(id: string, scope?: RunScope): Promise<boolean>;
  /** The same as `start` for Node's `http`, Express and Fastify. */
  nodeStart(
    request: NodeRequest,
    response: NodeResponse,
    work: Work,
    scope?: RunScope,
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

// Ids of runs that are gone: of more than these it is not known that they have ever been.
const mostGone = 10_000;

/** A run that works in this process, or has ended not long ago. */
class LocalRun implements Run {
  readonly id: string;
  readonly topic: Topic<unknown>;
  /** Where its events begin. */
  readonly start: string;
  isOver = false;
  /** The newest of what is being kept. */
  kept: string | Promise<string> = '';
  readonly #done: string;
  readonly #control = new AbortController();

  constructor(id: string, topic: Topic<unknown>, { start, done }: { start: string; done: string }) {
    this.id = id;
    this.topic = topic;
    this.start = start;
    this.#done = done;
  }

  get signal(): AbortSignal {
    return this.#control.signal;
  }

  readonly publish = (value: unknown, options: { type?: string | undefined } = {}) => {
    if (this.isOver)
      throw new Error(
        `use-event-stream: the run ${this.id} has ended, and publishes nothing more; heed its signal.`,
      );
    if (value === this.#done && options.type === undefined) this.isOver = true;
    this.kept = this.topic.publish(value, options);
    return this.kept;
  };

  /** Sends the last event, unless it was sent. */
  async end(): Promise<void> {
    if (!this.isOver) await this.publish(this.#done);
  }

  abort(): void {
    this.#control.abort();
  }
}

class RunKeeper implements Runs {
  readonly #options: RunsOptions;
  readonly #history: History;
  readonly #done: string;
  readonly #runs = new Map<string, LocalRun>();
  readonly #gone = new Set<string>();
  #working = 0;

  constructor(options: RunsOptions) {
    checkNumbers(options, ['maxRuns', 'keep']);
    this.#options = options;
    this.#done = options.done ?? '[DONE]';
    this.#history = options.history ?? memoryOfRuns();
  }

  async start(request: Request, work: Work, scope?: RunScope): Promise<Response> {
    return responseOf(await this.#start(askedBy(request), work, scope));
  }

  async resume(request: Request, id: string, scope?: RunScope): Promise<Response> {
    return responseOf(await this.#resume(askedBy(request), id, scope));
  }

  async nodeStart(
    request: NodeRequest,
    response: NodeResponse,
    work: Work,
    scope?: RunScope,
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
    const run = this.#runs.get(nameOf(id, scope));
    if (!run || run.isOver) return false;
    run.abort();
    await run.end();
    return true;
  }

  readonly #isLast = ({ data, type }: NewEvent): boolean =>
    data === this.#done && type === undefined;

  async #start(asked: Asked, work: Work, scope?: RunScope): Promise<Answer> {
    const { maxRuns = 1_000, headers } = this.#options;
    if (asked.signal?.aborted) return plain(asked, 204, this.#options);
    const id = crypto.randomUUID();
    const topic = createTopic<unknown>({ name: nameOf(id, scope), history: this.#history });
    const { id: start } = await this.#history.tail(topic.name, 0);
    const options = { ...this.#options, headers: { ...headers, 'x-run': id } };
    const answer = answerTo(asked, topic, options, { start, isLast: this.#isLast });
    if (!answer.open) return answer;
    if (this.#working >= maxRuns) return busy(asked, this.#options);
    const run = new LocalRun(id, topic, { start, done: this.#done });
    this.#runs.set(topic.name, run);
    void this.#work(run, work);
    return answer;
  }

  async #work(run: LocalRun, work: Work): Promise<void> {
    const { onError = console.error, describeError = () => ({ message: 'The work has failed.' }) } =
      this.#options;
    this.#working += 1;
    try {
      await work(run);
      await run.kept;
    } catch (error) {
      // What work throws that was stopped is no error.
      if (!run.signal.aborted) onError(error);
      if (!run.isOver)
        await attempt(() => run.publish(describeError(error), { type: 'error' }), onError);
    }
    await attempt(() => run.end(), onError);
    this.#working -= 1;
    later(() => {
      this.#forget(run.topic.name);
    }, this.#options.keep ?? 300_000);
  }

  #forget(name: string): void {
    this.#runs.delete(name);
    this.#gone.add(name);
    for (const oldest of this.#gone) {
      if (this.#gone.size <= mostGone) break;
      this.#gone.delete(oldest);
    }
    void attempt(() => this.#history.trim(name), this.#options.onError ?? console.error);
  }

  async #resume(asked: Asked, id: string, scope?: RunScope): Promise<Answer> {
    const name = nameOf(id, scope);
    const topic = createTopic<unknown>({ name, history: this.#history });
    const headers = { ...this.#options.headers, 'x-run': id };
    const options = { ...this.#options, headers, replay: Infinity };
    const course = { start: this.#runs.get(name)?.start, isLast: this.#isLast };
    if (asked.method === 'OPTIONS') return answerTo(asked, topic, options, course);
    if (this.#gone.has(name)) return plain(asked, 410, options);
    const newest = (await this.#history.tail(name, 1)).events.at(-1);
    if (!newest && !this.#runs.has(name)) return plain(asked, 404, options);
    const hasAll = newest && this.#isLast(newest) && lastEventIdOf(asked, options) === newest.id;
    return hasAll ? plain(asked, 204, options) : answerTo(asked, topic, options, course);
  }
}

const nameOf = (id: string, { owner = '' }: RunScope = {}): string =>
  `run:${encodeURIComponent(owner)}:${id}`;

const memoryOfRuns = () =>
  memoryHistory({ maxEvents: 100_000, maxBytes: 16_777_216, maxTotalBytes: 268_435_456 });

/** Calls what may fail, and tells of it. */
async function attempt(run: () => unknown, onError: (error: unknown) => void): Promise<void> {
  try {
    await run();
  } catch (error) {
    onError(error);
  }
}

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
