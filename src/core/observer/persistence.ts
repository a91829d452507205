import type { Clock } from '../clock.ts';
import { terminalKinds, type ConnectionState } from '../connection/connectionState.ts';
import { BadValue, callSafely, report, tried } from '../report.ts';
import { isSendableId } from '../request/headers.ts';
import type { StreamRequest } from '../request/request.ts';
import { isSafe } from '../request/requestOptions.ts';
import type { StoreInternals } from '../store/storeInternals.ts';
import type { Accumulator } from './accumulator.ts';
import type { Standing } from './standing.ts';

/** Where a stream's place is kept: as `localStorage` or another one that answers at once. */
export type PersistStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** How a stream's place survives a reload. */
export interface PersistOptions {
  /** @defaultValue `'session'`, the `sessionStorage` of the tab */
  storage?: 'session' | PersistStorage | undefined;
  /** The name of the entry. Give one where two streams of a page have the same method and url. @defaultValue made of both */
  key?: string | undefined;
  /** What was written with another version is thrown away. @defaultValue none */
  version?: string | number | undefined;
  /**
   * Whether what the stream has come to is kept too: the state of `reduce`, or else the events. It must be JSON.
   * @defaultValue `true` with `reduce`, else `false`; only in `useEventStream`
   */
  state?: boolean | undefined;
}

/** The option `persist`. */
export type PersistOption = 'session' | PersistStorage | PersistOptions;

/** The entry as it is written. */
interface Entry {
  version?: string | number | undefined;
  id: string;
  /** The first answer. */
  head?: { status: number; url: string; headers: [string, string][] } | undefined;
  kept?: { state?: unknown } | undefined;
  /** Who writes it, and when it was written; nobody's since the page was left. */
  owner?: string | undefined;
  at: number;
}

/** What it writes, and what it writes it with. */
interface PersistenceParts {
  options: () => PersistOption | undefined;
  request: () => StreamRequest | null;
  standing: Standing;
  accumulator: Accumulator<unknown>;
  store: StoreInternals;
}

const interval = 1_000;
// A state that cannot be kept is not looked at every second.
const longestInterval = 60_000;
// Another page writes the entry, or did so before it crashed.
const abandonedAfter = 5_000;
const mostCharacters = 1_048_576;

const optionsOf = (option: PersistOption | undefined): PersistOptions => {
  if (typeof option !== 'object') return {};
  return 'getItem' in option ? { storage: option } : option;
};

const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === null || Object.getPrototypeOf(prototype) === null;
};

/** Whether a value is the same once it was written as JSON and read. */
function isJson(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || value === null) {
    return !['function', 'symbol', 'bigint'].includes(typeof value);
  }
  return isPlain(value) && !('toJSON' in value) && Object.values(value).every(isJson);
}

/** The text of an entry; throws where its state cannot be kept. */
function textOf(entry: Entry): string {
  const { kept } = entry;
  if (kept && !isJson(kept.state)) {
    throw new BadValue(
      'persist',
      'a state that JSON cannot hold (a Map, a Date, a class), so that nothing is kept; make it of plain objects, or set `state: false`',
    );
  }
  const text = JSON.stringify(entry);
  if (text.length <= mostCharacters) return text;
  throw new BadValue(
    'persist',
    `a state of more than ${String(mostCharacters)} characters, so that nothing is kept; keep less in it, or set \`state: false\``,
  );
}

/** The first answer as far as it was written down: what it had to say is in its head. Null where that is none. */
function answerOf({ status, url, headers }: NonNullable<Entry['head']>): Response | null {
  const response = tried(() => new Response(null, { status, headers }), null);
  return response && Object.defineProperty(response, 'url', { value: url });
}

const headOf = ({ status, url, headers }: Response): Entry['head'] => ({
  status,
  url,
  headers: [...headers],
});

/** Keeps the place of one stream in a storage, so that a page that is loaded again goes on from there. */
export class Persistence {
  readonly #parts: PersistenceParts;
  readonly #id: string;
  readonly #clock: Clock;
  #writtenAt = -Infinity;
  #interval = interval;
  #cancelTimer: (() => void) | null = null;
  #stopWatching: (() => void) | null = null;
  #reported = false;
  #isAway = false;
  /** Who wrote what was found here. */
  #found: string | undefined;

  constructor(parts: PersistenceParts) {
    this.#parts = parts;
    this.#clock = parts.store.clock;
    // Not of the clock, whose chance a test may have taken away.
    this.#id = Math.random().toString(36);
  }

  /** Stands where a page before this one has left the stream; false if none has, or it cannot be gone on with. */
  takeUp(request: StreamRequest): boolean {
    if (!this.#parts.options()) return false;
    const { standing, accumulator } = this.#parts;
    const entry = this.#read();
    if (!entry) return false;
    const { id, head, kept, owner } = entry;
    const response = head ? answerOf(head) : null;
    if (head && !response) return false;
    const { url, resume } = request.live();
    const goesOn = response !== null && resume !== undefined;
    // Without `resume` what has begun would begin once more.
    if (!isSafe(request) && !goesOn) return false;
    // A new EventSource cannot be told where to begin, but by its url.
    if (request.transport !== 'fetch' && !goesOn && typeof url !== 'function') return false;
    this.#found = owner;
    standing.moveTo(id, response && { response });
    // Another version of the page may have written what this one cannot read.
    if (kept) callSafely(() => accumulator.restore?.(kept.state), undefined);
    return true;
  }

  /** Where the stream stands; null if nothing could go on from there. */
  #place(keepsState: boolean | undefined): Pick<Entry, 'id' | 'head' | 'kept'> | null {
    const { standing, accumulator } = this.#parts;
    const { lastEventId: id, run } = standing.place;
    // No request can say it.
    if (!isSendableId(id)) return null;
    const goesOn = standing.subscription?.shared.goesOn ?? false;
    const saved = accumulator.save ? accumulator.save(keepsState) : null;
    if (saved === undefined || (id === '' && !goesOn)) return null;
    // Without an id it is told once more from its beginning.
    const kept = id === '' ? undefined : (saved ?? undefined);
    return { id, head: goesOn && run?.response ? headOf(run.response) : undefined, kept };
  }

  /** The stream has come further: that is written, at most once a second. */
  changed(): void {
    if (!this.#parts.options() || this.#cancelTimer) return;
    this.#stopWatching ??= this.#parts.store.page.watch((condition, begins) => {
      // A page that is left is hidden after that: it does not own the entry once more.
      if (condition === 'away') this.#isAway = begins;
      if (begins && condition !== 'offline') this.#write();
    });
    const wait = this.#writtenAt + this.#interval - this.#clock.now();
    if (wait <= 0 || wait > this.#interval) this.#write();
    else
      this.#cancelTimer = this.#clock.timeout(() => {
        this.#write();
      }, wait);
  }

  /** Nobody is there any more: another page, or a later hook, may go on with the stream. */
  leave(): void {
    if (this.#stopWatching) this.#write(true);
    this.#stop();
    this.#isAway = false;
  }

  /** The stream has come to its end, or begins once more: there is nothing to go on with. */
  forget(): void {
    this.#stop();
    if (!this.#parts.options()) return;
    this.#use((storage, key) => {
      const owner = this.#parse(storage.getItem(key))?.owner;
      // A tab that was duplicated has a copy of what its twin wrote, which nobody else forgets.
      const isCopy = owner !== undefined && owner === this.#found;
      if (isCopy || this.#isMine(storage, key)) storage.removeItem(key);
    });
  }

  /** What comes to an end like that has ended for good; the line may be there again after a reload. */
  ended({ error, reason }: ConnectionState): void {
    const isLost = error !== null && !terminalKinds.includes(error.kind);
    // With its store a stream is left, not ended.
    if (isLost || reason === 'store') this.leave();
    else this.forget();
  }

  #stop(): void {
    this.#cancelTimer?.();
    this.#stopWatching?.();
    this.#cancelTimer = this.#stopWatching = null;
  }

  #write(isLeaving = this.#isAway): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    this.#use((storage, key) => {
      if (!this.#isMine(storage, key)) return;
      const { version, state: keepsState } = optionsOf(this.#parts.options());
      const place = this.#place(keepsState);
      if (!place) {
        // What was written before is of no use any more.
        storage.removeItem(key);
        return;
      }
      this.#writtenAt = this.#clock.now();
      this.#interval = Math.min(2 * this.#interval, longestInterval);
      const owner = isLeaving ? undefined : this.#id;
      const entry = { version, ...place, owner, at: this.#clock.now() };
      try {
        storage.setItem(key, textOf(entry));
      } catch (error) {
        // What was written before is not what the stream has come to.
        storage.removeItem(key);
        throw error;
      }
      this.#interval = interval;
    });
  }

  /** Whether no other page writes the entry: then it is this one's. */
  #isMine(storage: PersistStorage, key: string): boolean {
    const entry = this.#parse(storage.getItem(key));
    if (!entry?.owner || entry.owner === this.#id) return true;
    return Math.abs(this.#clock.now() - entry.at) >= abandonedAfter;
  }

  #read(): Entry | null {
    const { version } = optionsOf(this.#parts.options());
    let entry = null as Entry | null;
    this.#use((storage, key) => {
      entry = this.#parse(storage.getItem(key));
      if (!entry || entry.version === version) return;
      entry = null;
      storage.removeItem(key);
    });
    return entry;
  }

  /** An entry, or null if the text is something else. */
  #parse(text: string | null): Entry | null {
    const entry: unknown = text === null ? null : tried(() => JSON.parse(text) as unknown, null);
    const isEntry =
      typeof entry === 'object' && entry !== null && 'id' in entry && typeof entry.id === 'string';
    return isEntry ? (entry as Entry) : null;
  }

  /** Does something with the storage; that it cannot be had, or is full, is reported once. */
  #use(act: (storage: PersistStorage, key: string) => void): void {
    const { method = '', url = '' } = this.#parts.request() ?? {};
    const name = `use-event-stream:${method} ${url}`;
    const { storage = 'session', key = name } = optionsOf(this.#parts.options());
    try {
      // On a server, and in a worker, there is none.
      const given = storage === 'session' ? globalThis.sessionStorage : storage;
      act(given, key);
    } catch (error) {
      if (!this.#reported) report(error);
      this.#reported = true;
    }
  }
}
