import { clockSkew, contentLength, type Answer } from '../connection/answer.ts';
import type { Clock } from '../clock.ts';
import type { ConnectionState } from '../connection/connectionState.ts';
import { isWanted } from '../observer/decode.ts';
import { StreamError } from '../error.ts';
import { retained, type RawEvent } from '../event.ts';
import type { Accumulator } from '../observer/accumulator.ts';
import type { Format } from '../format/format.ts';
import type { Bytes } from '../format/streamFormat.ts';
import {
  advance,
  ended,
  lost,
  measureRate,
  opened,
  paceOf,
  unbegun,
  type ProgressPace,
  type ProgressRun,
  type ProgressScale,
  type ProgressUpdate,
} from './progress.ts';
import type { ProgressOutcome } from './progressState.ts';
import { showSteps, type ProgressStep, type Step } from './progressSteps.ts';
import {
  sayNext,
  statusTextOf,
  wholePercent,
  type Saying,
  type StatusText,
} from './progressText.ts';
import { readUpdate, updateOf } from './progressUpdate.ts';
import { asker, atOnce, callSafely } from '../report.ts';
import { Ending, jobError, type Until } from '../observer/until.ts';

/** The options of an accumulator of progress, their types forgotten; all are read again whenever they are needed. */
export interface ProgressAccumulatorOptions {
  format?: Format | undefined;
  events?: readonly string[] | undefined;
  failOn?: Until<RawEvent> | undefined;
  scale?: 'percent' | 'fraction' | undefined;
  steps?: readonly (string | Step)[] | undefined;
  until?: Until<RawEvent> | undefined;
  parse?: ((data: unknown, event: RawEvent) => ProgressUpdate | null) | undefined;
  doneWhen?: 'told' | 'full' | 'closed' | undefined;
  getTotal?: ((response: Response) => number | null) | undefined;
  onChunk?: ((chunk: Bytes, response: Response) => void) | undefined;
  statusText?: StatusText | undefined;
}

/** What a stream says of the job that it reports on. */
export interface ProgressValue extends ProgressPace {
  /** From 0 to 1, or null where unknown. */
  value: number | null;
  loaded: number | null;
  total: number | null;
  step: string | null;
  message: string | null;
  steps: readonly ProgressStep[];
  /** What is to be said of the job as long as it runs, throttled. */
  runningText: string;
  /** Null as long as it is not over. */
  outcome: ProgressOutcome | null;
  /** The last event that counted. */
  lastEvent: RawEvent | null;
}

/** What an accumulator of progress is given from outside. */
export interface ProgressAccumulatorParts {
  clock: Clock;
  /** The address to name in an error. */
  url(): string;
}

const tick = 1_000;

/** The event that says that the job has failed. */
export const failureOf = ({ failOn = 'error' }: ProgressAccumulatorOptions): Until<RawEvent> =>
  failOn;

const stepsOf = ({ steps = [] }: ProgressAccumulatorOptions): readonly Step[] =>
  steps.map((step) => (typeof step === 'string' ? { name: step, weight: 1 } : step));

const scaleOf = (options: ProgressAccumulatorOptions): ProgressScale => ({
  scale: options.scale ?? 'percent',
  steps: stepsOf(options),
  // A job that says what each step weighs has the whole put together here.
  weighted: (options.steps ?? []).some((step) => typeof step !== 'string'),
});

/** Folds events into the progress of the job that they report on, or chunks into that of a download. */
export class ProgressAccumulator implements Accumulator<ProgressValue> {
  /** Asks the function of the option `statusText`. */
  readonly askText = asker('statusText');
  readonly #options: () => ProgressAccumulatorOptions;
  readonly #parts: ProgressAccumulatorParts;
  readonly #ending = new Ending();
  readonly #askParse = asker('parse');
  readonly #askTotal = asker('getTotal');
  #run: ProgressRun = unbegun;
  #outcome: ProgressOutcome | null = null;
  #lastEvent: RawEvent | null = null;
  #response: Response | null = null;
  /** Of the response that is being read. */
  #received = 0;
  #expected: number | null = null;
  /** How far the server's clock is ahead of the page's. */
  #skew = 0;
  #said: Saying | null = null;
  #value: { shown: ProgressValue; at: number } | null = null;
  /** Counts the runs. */
  #life = 0;

  constructor(options: () => ProgressAccumulatorOptions, parts: ProgressAccumulatorParts) {
    this.#options = options;
    this.#parts = parts;
  }

  push(events: readonly RawEvent[]): boolean {
    let before = this.#run;
    const life = this.#life;
    for (const [index, event] of events.entries()) {
      const isEnd = this.#outcome !== null || this.#take(event);
      // A function of the user's has begun another run: what is left is not of it.
      if (life !== this.#life) return false;
      if (isEnd) return true;
      // Events that came together are one sample: what they tell may have taken long.
      const isLast = events[index + 1]?.receivedAt !== event.receivedAt;
      // Many jobs may share a stream: what comes for the others changes nothing here.
      if (!isLast || this.#run === before) continue;
      before = this.#run = measureRate(before, this.#run, event.receivedAt);
    }
    return this.#outcome !== null;
  }

  stateChanged(state: ConnectionState): boolean {
    if (this.#outcome) return true;
    this.#value = this.#said = null;
    const now = this.#parts.clock.now();
    switch (state.status) {
      case 'open':
        this.#run = opened(this.#run, state.openedAt);
        return false;
      case 'idle':
      case 'connecting':
        this.#run = lost(this.#run, now);
        return false;
      case 'reconnecting':
        // Only a clean end leads to a wait without an error.
        if (!state.error && state.retryAt !== null && this.#endMeansDone()) return this.#done();
        this.#run = lost(this.#run, now);
        return false;
      case 'failed':
        return this.#fail(state.error);
      case 'closed':
        if (state.reason !== 'done') return this.#end({ status: 'cancelled' });
        return this.#endMeansDone() ? this.#done() : this.#fail(this.#incomplete());
    }
  }

  answered(answer: Answer): void {
    const { response, openedAt } = answer;
    if (!response || response === this.#response || this.#outcome) return;
    const { format, getTotal } = this.#options();
    this.#skew = clockSkew(response, answer) ?? this.#skew;
    this.#response = response;
    this.#received = 0;
    const total = getTotal
      ? this.#askTotal(() => getTotal(response), null)
      : format === 'bytes'
        ? contentLength(response)
        : null;
    this.#expected = Number.isFinite(total) ? total : null;
    if (total !== null) this.#advance({ total }, openedAt);
  }

  value(): ProgressValue {
    const now = this.#parts.clock.now();
    if (!this.#value || (this.#isLive && now - this.#value.at >= tick)) {
      this.#value = { shown: this.#show(now), at: now };
    }
    return this.#value.shown;
  }

  clear(): void {
    this.#run = unbegun;
    this.#outcome = this.#lastEvent = this.#response = this.#value = this.#said = null;
    this.#received = this.#skew = 0;
    this.#expected = null;
  }

  begin(): void {
    this.#life += 1;
  }

  refreshIn(): number | null {
    if (!this.#isLive) return null;
    return this.#value ? Math.max(0, this.#value.at + tick - this.#parts.clock.now()) : tick;
  }

  get #isLive(): boolean {
    return this.#run.openedAt !== null && this.#run.endedAt === null;
  }

  /** Takes one event; true where it has ended the run. */
  #take(event: RawEvent): boolean {
    const options = this.#options();
    const life = this.#life;
    const tests = { until: options.until, failOn: failureOf(options) };
    const { taken, ended } = this.#ending.cut([event], tests);
    const isFailure = typeof ended === 'object';
    if (ended === true && taken.length === 0 && life === this.#life) return this.#done();
    const update = isFailure ? null : this.#read(event, options);
    if (life !== this.#life) return false;
    const counts = isFailure || update !== null || ended;
    if (counts) this.#lastEvent = options.format === 'bytes' ? event : retained(event);
    if (isFailure) return this.#fail(jobError(event, this.#parts.url()));
    if (update) this.#advance(update, event.receivedAt);
    if (update?.error) return this.#fail(jobError(event, this.#parts.url(), update.error));
    const isFull = options.doneWhen === 'full' && this.#run.value === 1;
    return ended || update?.done === true || isFull ? this.#done() : false;
  }

  #read(event: RawEvent, options: ProgressAccumulatorOptions): ProgressUpdate | null {
    const { format, parse } = options;
    if (!isWanted(options, event.type)) return null;
    const download = format === 'bytes' ? this.#count(event.data as Bytes, options) : null;
    const read = () =>
      parse ? updateOf(atOnce('parse', parse(event.data, event))) : readUpdate(event.data);
    return (parse ? null : download) ?? this.#askParse(read, null);
  }

  /** Counts a chunk and hands it on. */
  #count(chunk: Bytes, { onChunk }: ProgressAccumulatorOptions): ProgressUpdate {
    const response = this.#response;
    this.#received += chunk.length;
    if (onChunk && response) {
      callSafely(() => {
        onChunk(chunk, response);
      }, undefined);
    }
    const isBeyond = this.#expected !== null && this.#received > this.#expected;
    return { loaded: this.#received, ...(isBeyond && { total: 0 }) };
  }

  #advance(update: ProgressUpdate, at: number): void {
    this.#run = advance(this.#run, update, { ...scaleOf(this.#options()), at, skew: this.#skew });
    this.#value = null;
  }

  /** Whether a job is done when its stream has ended cleanly, without a word of it. */
  #endMeansDone(): boolean {
    const { doneWhen, format, until } = this.#options();
    if (doneWhen) return doneWhen === 'closed';
    const isWhole = format === 'bytes' && !this.#isCut;
    return isWhole || (this.#run.value === 1 && until === undefined);
  }

  #done(): true {
    return this.#end({ status: 'done' });
  }

  #fail(error: StreamError): true {
    return this.#end({ status: 'failed', error });
  }

  #end(outcome: ProgressOutcome): true {
    const context = { steps: stepsOf(this.#options()), at: this.#parts.clock.now() };
    this.#outcome = outcome;
    this.#run = ended(this.#run, outcome.status, context);
    this.#response = this.#value = null;
    return true;
  }

  /** Less of a download has come than there is. What `Content-Length` announced, the source looks after. */
  get #isCut(): boolean {
    const { format, getTotal } = this.#options();
    // A part may be much smaller than the whole that it is a part of.
    if (format !== 'bytes' || !getTotal || this.#response?.status === 206) return false;
    return this.#expected !== null && this.#received < this.#expected;
  }

  #incomplete(): StreamError {
    const url = this.#parts.url();
    const bytes = `${String(this.#received)} of ${String(this.#expected)} bytes`;
    const message = this.#isCut
      ? `${url} ended after ${bytes}; start it again, or, where \`getTotal\` only guesses, set \`doneWhen: 'closed'\`.`
      : `${url} ended before it had said that the job was done; have the server say so (\`until\`), or set \`doneWhen\`.`;
    return new StreamError('incomplete', message, { url });
  }

  #show(now: number): ProgressValue {
    const run = this.#run;
    const pace = paceOf(run, now);
    const { value, loaded, total, step, message } = run;
    return {
      ...pace,
      remainingMs: this.#outcome?.status === 'done' ? 0 : pace.remainingMs,
      ...{ value, loaded, total, step, message },
      steps: showSteps(run, stepsOf(this.#options())),
      runningText: this.#sayNext(pace, now),
      outcome: this.#outcome,
      lastEvent: this.#lastEvent,
    };
  }

  #sayNext({ remainingMs, stalled }: ProgressPace, now: number): string {
    const { value, loaded, total, step, message } = this.#run;
    const moment = { remainingMs, stalled, loaded, total, step, message };
    this.#said = sayNext(this.#said, { step, at: now }, () =>
      statusTextOf(
        { ...moment, status: 'running', percent: wholePercent(value), reason: null },
        this.#options().statusText,
        this.askText,
      ),
    );
    return this.#said.text;
  }
}
