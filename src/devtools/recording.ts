import { systemClock, type Clock } from '../core/clock.ts';
import { inspect } from '../core/store/inspect.ts';
import type {
  InspectedEvent,
  InspectedRequest,
  InspectedResponse,
  InspectedStream,
  StreamInspector,
} from '../core/store/inspector.ts';
import { tried } from '../core/report.ts';
import type { StoreInternals } from '../core/store/storeInternals.ts';
import type { Bytes } from '../core/format/streamFormat.ts';

/** One line of the timeline. */
export interface Moment {
  readonly key: number;
  readonly at: number;
  /** Of the stream. It is not held itself, with what it keeps. */
  readonly url: string;
  /** The status, `sent` for a request, or what the panel did. */
  readonly what: string;
  readonly detail: string;
}

/** What has come and is not yet split into blocks: bytes, or events where there are none to be had. */
export interface Piece {
  readonly at: number;
  readonly content: Bytes | readonly InspectedEvent[];
  readonly size: number;
  /** What the server had answered, of which this is a part. */
  readonly response: StreamRecord['response'];
}

/** When bytes came, and how many events were whole with them. */
export interface Arrival {
  readonly at: number;
  readonly events: number;
}

/** Figures at one time, of which rates are made. */
export interface Sample {
  readonly at: number;
  readonly events: number;
  readonly bytes: number;
  readonly commits: number;
}

/** All that is known of one stream. */
export interface StreamRecord {
  readonly stream: InspectedStream;
  readonly begunAt: number;
  /** The last request, and when it left. */
  request: (InspectedRequest & { readonly at: number }) | null;
  response: (InspectedResponse & { readonly at: number }) | null;
  bytes: number;
  events: number;
  /** Of those, how many had an id of their own. */
  withIds: number;
  /** When it was opened, or the last byte came. */
  aliveAt: number | null;
  arrivals: readonly Arrival[];
  pieces: Piece[];
  /** How many bytes those are. */
  waiting: number;
  /** Some of what came was never shown. */
  isCutShort: boolean;
  samples: readonly Sample[];
  /** How much the states of `reduce` hold, by when. */
  weights: readonly { readonly at: number; readonly weight: number }[];
  /** The next attempt is answered with this status. */
  nextAnswer: number | null;
}

/** What a panel keeps of the bytes of one stream. */
export const mostBytes = 262_144;
const mostMoments = 200;
const mostArrivals = 40;
const mostRecords = 30;
const sampleTime = 4_000;
const weighEvery = 2_000;
const mostWeights = 10;

const statusTexts: Readonly<Record<number, string>> = {
  401: 'Unauthorized',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

const looksAt = 1_000;
const leastLook = 4;

/** About how much a value holds: items, keys and pieces of texts. It looks at so many of them, the newest first. */
function weightOf(value: unknown, looks = looksAt): number {
  if (typeof value === 'string') return value.length / 16;
  if (typeof value !== 'object' || value === null || looks < leastLook) return 1;
  const items: readonly unknown[] =
    value instanceof Map || value instanceof Set ? [...value.values()] : Object.values(value);
  const seen = items.slice(-looks);
  const each = looks / Math.max(1, seen.length);
  const sum = seen.reduce<number>((all, item) => all + weightOf(item, each), 1);
  return sum * (items.length / Math.max(1, seen.length));
}

/** Listens to all streams of a store, and keeps a bounded part of what they do. */
export class Recording implements StreamInspector {
  readonly records = new Map<string, StreamRecord>();
  /** The newest first. */
  moments: readonly Moment[] = [];
  /** No attempt reaches its server. */
  isOffline = false;
  /** How long each attempt is held back, in milliseconds. */
  delay = 0;
  readonly clock: Clock;
  readonly #own: StoreInternals;
  #lastState = new WeakMap<InspectedStream, InspectedStream['state']>();
  /** Lets the attempts go that are held back. */
  readonly #held = new Set<() => void>();
  #count = 0;
  #starts = 0;
  #stop: (() => void) | null = null;

  constructor(own: StoreInternals) {
    this.#own = own;
    this.clock = own.clock;
  }

  /** Begins; returns the way to stop. Who stops and begins at once, as React's StrictMode does, misses nothing. */
  start(): () => void {
    if (!this.#stop) {
      this.records.clear();
      this.moments = [];
      this.#stop = inspect(this.#own, this);
    }
    const starts = ++this.#starts;
    return () => {
      queueMicrotask(() => {
        if (starts === this.#starts) this.#end();
      });
    };
  }

  #end(): void {
    this.#stop?.();
    this.#stop = null;
    this.isOffline = false;
    this.setDelay(0);
  }

  onState(stream: InspectedStream): void {
    const record = this.#of(stream);
    const { state } = stream;
    if (this.#lastState.get(stream) === state) return;
    this.#lastState.set(stream, state);
    if (state.status === 'open') record.aliveAt = this.#now();
    this.#add(stream, state.status, detailOf(stream));
  }

  onAttempt(): void | Promise<void> {
    if (this.isOffline) return Promise.reject(new Error('the devtools are offline'));
    if (this.delay === 0) return undefined;
    // The page's own time: a clock that a test holds would hold the attempt for good.
    return new Promise((resolve) => {
      const pass = () => {
        cancel();
        this.#held.delete(pass);
        resolve();
      };
      const cancel = systemClock.timeout(pass, this.delay);
      this.#held.add(pass);
    });
  }

  /** Holds attempts back from now on; those that are held go with none. */
  setDelay(delay: number): void {
    this.delay = delay;
    if (delay === 0) for (const pass of [...this.#held]) pass();
  }

  onRequest(stream: InspectedStream, request: InspectedRequest): void {
    this.#of(stream).request = { ...request, at: this.#now() };
    const { method, lastEventId } = request;
    this.#add(stream, 'request', lastEventId === '' ? method : `${method} after id ${lastEventId}`);
  }

  onResponse(stream: InspectedStream, response: InspectedResponse): void {
    this.#of(stream).response = { ...response, at: this.#now() };
    this.#add(stream, 'response', String(response.status));
  }

  onChunk(stream: InspectedStream, bytes: Bytes): void {
    const record = this.#of(stream);
    record.bytes += bytes.length;
    record.aliveAt = this.#now();
    this.#keep(record, bytes, bytes.length);
  }

  onEvents(stream: InspectedStream, events: readonly InspectedEvent[]): void {
    const record = this.#of(stream);
    const at = this.#now();
    record.events += events.length;
    record.aliveAt = at;
    if (events.length === 0) return;
    for (const { id } of events) if (id !== null && id !== '') record.withIds += 1;
    record.arrivals = [...record.arrivals.slice(1 - mostArrivals), { at, events: events.length }];
    if (hasNoBytes(record)) this.#keep(record, events, sizeOf(events));
  }

  async fetch(stream: InspectedStream, send: () => Promise<Response>): Promise<Response> {
    const record = this.#of(stream);
    const status = record.nextAnswer;
    if (status === null) return send();
    record.nextAnswer = null;
    this.#add(stream, 'devtools', `answered ${status}`);
    const body = `${status} ${statusTexts[status] ?? ''} (devtools)`;
    return new Response(body, { status, headers: { 'content-type': 'text/plain' } });
  }

  /** Breaks the line of a stream. */
  cut(stream: InspectedStream): void {
    this.#add(stream, 'devtools', 'cut the line');
    stream.cut();
  }

  /** Tries now. */
  reconnect(stream: InspectedStream): void {
    this.#add(stream, 'devtools', 'try now');
    stream.reconnect();
  }

  /** Takes the network away from all streams, or gives it back: what waits for a try has it at once. */
  setOffline(isOffline: boolean): void {
    this.isOffline = isOffline;
    for (const { stream } of this.records.values()) {
      if (!stream.isKept) continue;
      this.#add(stream, 'devtools', isOffline ? 'offline' : 'online');
      if (isOffline) stream.cut();
      else if (stream.state.status === 'reconnecting') stream.reconnect();
    }
  }

  /** Forgets what has come and happened, and the streams that are gone; gives those that are not. */
  clear(): StreamRecord[] {
    this.moments = [];
    for (const [id, record] of this.records) {
      record.pieces = [];
      record.waiting = 0;
      if (!record.stream.isKept) this.records.delete(id);
    }
    return [...this.records.values()];
  }

  /** Takes the figures of this moment. */
  sample(): void {
    const at = this.#now();
    for (const record of this.records.values()) {
      const { stream, events, bytes } = record;
      const hooks = stream.isKept ? stream.hooks : [];
      const commits = hooks.reduce((sum, hook) => sum + hook.commits, 0);
      const recent = record.samples.filter((sample) => at - sample.at < sampleTime);
      record.samples = [...recent, { at, events, bytes, commits }];
      const { at: weighedAt = 0 } = record.weights.at(-1) ?? {};
      const folds = hooks.filter((hook) => hook.folds);
      if (folds.length === 0 || at - weighedAt < weighEvery) continue;
      // What a page makes of its values may throw.
      const weight = tried(() => folds.reduce((sum, { value }) => sum + weightOf(value), 0), 0);
      record.weights = [...record.weights.slice(1 - mostWeights), { at, weight }];
    }
  }

  #now(): number {
    return this.clock.now();
  }

  #of(stream: InspectedStream): StreamRecord {
    const known = this.records.get(stream.id);
    if (known) return known;
    const record = newRecord(stream, this.#now());
    this.records.set(stream.id, record);
    const gone = [...this.records.values()].filter(
      (each) => !each.stream.isKept && each !== record,
    );
    for (const each of gone.slice(0, Math.max(0, this.records.size - mostRecords)))
      this.records.delete(each.stream.id);
    return record;
  }

  #add(stream: InspectedStream, what: string, detail: string): void {
    const moment = { key: ++this.#count, at: this.#now(), url: stream.url, what, detail };
    this.moments = [moment, ...this.moments.slice(0, mostMoments - 1)];
  }

  #keep(record: StreamRecord, content: Piece['content'], size: number): void {
    record.pieces.push({ at: this.#now(), content, size, response: record.response });
    record.waiting += size;
    while (record.waiting > mostBytes && record.pieces.length > 1) {
      record.waiting -= record.pieces.shift()?.size ?? 0;
      record.isCutShort = true;
    }
  }
}

/** About how much there is to show of events. */
const sizeOf = (events: readonly InspectedEvent[]): number =>
  events.reduce((sum, { data }) => sum + 100 + (typeof data === 'string' ? data.length : 400), 0);

/** Whether a stream is read without bytes that could be shown. */
export const hasNoBytes = ({ stream, bytes }: StreamRecord): boolean =>
  stream.transport === 'eventsource' || (stream.transport === 'source' && bytes === 0);

const newRecord = (stream: InspectedStream, begunAt: number): StreamRecord => ({
  ...{ stream, begunAt, request: null, response: null, aliveAt: null, nextAnswer: null },
  ...{ bytes: 0, events: 0, withIds: 0, waiting: 0, isCutShort: false },
  ...{ arrivals: [], pieces: [], samples: [], weights: [] },
});

function detailOf({ state }: InspectedStream): string {
  const { status, error, reason, attempt, retryAt } = state;
  // The same error was told of when the wait began.
  const isTrying = status === 'reconnecting' && retryAt === null;
  if (error && !isTrying) return error.message;
  if (reason !== null) return reason;
  return attempt > 0 ? `try ${attempt}` : '';
}
