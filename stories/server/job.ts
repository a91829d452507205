import type { ServerEvent } from './eventStream.ts';
import type { Recording } from './recording.ts';

/** Where a job stands. */
export type JobStatus = 'queued' | 'running' | 'done' | 'failed' | 'cancelled';

/** What a job does: an export of a video, one that fails in the middle, or an index of nobody knows how many files. */
export type JobKind = 'export' | 'fails' | 'index';

/** What a `progress` event carries; how far the job is, is not always known. */
export interface JobProgress {
  readonly step: string;
  /** Percent of the whole job. */
  readonly progress?: number;
  /** How many files are done, and how many there are. */
  readonly loaded?: number;
  readonly total?: number;
  readonly message: string;
  /** When the run began, in milliseconds since 1970. */
  readonly startedAt: number;
}

interface Moment {
  /** Milliseconds after the start, at speed 1. */
  readonly at: number;
  readonly event: ServerEvent;
}

const STEPS = [
  { step: 'Uploading', until: 40, verb: 'Sent', log: 'PUT /uploads/part-' },
  { step: 'Processing', until: 80, verb: 'Decoded', log: 'frame batch ' },
  { step: 'Optimizing', until: 95, verb: 'Packed', log: 'pass ' },
] as const;
const FILES = 1_280;
const FILES_STEP = 64;
const PERCENT_MS = 80;
const FAILS_AT = 65;

/**
 * A job whose events are a function of the time since its start: it needs no timer of its own, so one that nobody
 * watches costs nothing, and whoever comes back gets exactly what was missed.
 */
export class Job implements Recording {
  readonly id: string;
  readonly #speed: number;
  readonly #kind: JobKind;
  readonly #cancelled = new AbortController();
  #script: readonly Moment[] = [];
  #startedAt: number | null = null;
  #runs = 0;
  #watched = 0;

  constructor(id: string, options: { readonly speed: number; readonly kind: JobKind }) {
    this.id = id;
    this.#speed = options.speed;
    this.#kind = options.kind;
  }

  /** How often the work was begun. */
  get runs(): number {
    return this.#runs;
  }

  /** How often somebody connected to its events. */
  get watched(): number {
    return this.#watched;
  }

  get stopped(): AbortSignal {
    return this.#cancelled.signal;
  }

  get length(): number {
    return this.#script.length;
  }

  get status(): JobStatus {
    if (this.#cancelled.signal.aborted) return 'cancelled';
    if (this.#startedAt === null) return 'queued';
    if (this.waitFor(this.length) > 0) return 'running';
    return this.#kind === 'fails' ? 'failed' : 'done';
  }

  /** Counts a watcher and begins the work for the first one; `again` begins it again where it is over. */
  watch(again: boolean): void {
    this.#watched += 1;
    const { status } = this;
    if (status === 'queued' || (again && (status === 'done' || status === 'failed'))) this.#start();
  }

  event(n: number): ServerEvent | null {
    const moment = this.#script[n - 1];
    return moment ? { id: String(n), ...moment.event } : null;
  }

  waitFor(n: number): number {
    return (this.#script[n - 1]?.at ?? 0) / this.#speed - this.#elapsed();
  }

  /** Stops the work: what has happened stays, and a `cancelled` event is the last. */
  cancel(): void {
    if (this.status !== 'queued' && this.status !== 'running') return;
    const past = this.#script.filter((_, index) => this.waitFor(index + 1) <= 0);
    const event = { type: 'cancelled', data: { message: 'The job was cancelled.' } };
    this.#script = [...past, { at: 0, event }];
    this.#cancelled.abort();
  }

  #start(): void {
    this.#runs += 1;
    this.#startedAt = Date.now();
    this.#script =
      this.#kind === 'index'
        ? indexScript(this.id, this.#startedAt)
        : exportScript(this.id, this.#startedAt, this.#kind === 'fails');
  }

  #elapsed(): number {
    return this.#startedAt === null ? 0 : Date.now() - this.#startedAt;
  }
}

function exportScript(id: string, startedAt: number, fails: boolean): readonly Moment[] {
  const script: Moment[] = [];
  const add = (percent: number, event: ServerEvent) => {
    if (!fails || percent <= FAILS_AT) script.push({ at: percent * PERCENT_MS, event });
  };
  let percent = 0;
  for (const { step, until, verb, log } of STEPS) {
    for (const from = percent; percent < until; percent += 5) {
      const part = String((percent - from) / 5 + 1);
      const message = `${verb} part ${part} of ${String((until - from) / 5)}`;
      add(percent, { type: 'log', data: `[${step.toLowerCase()}] ${log}${part}` });
      add(percent, progress({ step, progress: percent, message, startedAt }));
    }
  }
  if (fails) {
    const error = 'The file is damaged: frame 1,204 cannot be decoded.';
    add(FAILS_AT, { type: 'failed', data: { step: 'Processing', error, message: error } });
    return script;
  }
  add(100, { type: 'log', data: '[complete] result stored' });
  add(
    100,
    progress({ step: 'Complete', progress: 100, message: 'Everything is ready', startedAt }),
  );
  add(100, { type: 'done', data: { id, message: 'Everything is ready' } });
  return script;
}

/** Half of the time it counts the files, and cannot say how far it is; then it reads them. */
function indexScript(id: string, startedAt: number): readonly Moment[] {
  const script: Moment[] = [];
  const add = (percent: number, event: ServerEvent) => {
    script.push({ at: percent * PERCENT_MS, event });
  };
  const count = (files: number) => files.toLocaleString('en');
  for (let found = 0; found < FILES; found += FILES_STEP) {
    const message = `${count(found)} files found`;
    add((found / FILES) * 50, progress({ step: 'Counting', message, startedAt }));
  }
  for (let loaded = 0; loaded <= FILES; loaded += FILES_STEP) {
    const message = `${count(loaded)} of ${count(FILES)} files read`;
    const data = { step: 'Reading', loaded, total: FILES, message, startedAt };
    add(50 + (loaded / FILES) * 50, progress(data));
  }
  add(100, { type: 'done', data: { id, message: 'Everything is ready' } });
  return script;
}

function progress(data: JobProgress): ServerEvent {
  return { type: 'progress', data };
}
