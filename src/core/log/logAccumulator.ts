import { stripAnsi } from './ansi.ts';
import type { Clock } from '../clock.ts';
import type { OpenInfo } from '../connection/connectionListener.ts';
import type { ConnectionState } from '../connection/connectionState.ts';
import { compact, retained, type RawEvent, type StreamEvent } from '../event.ts';
import type { Accumulator } from '../observer/accumulator.ts';
import { levelOf, type LogLevel } from './logLevel.ts';
import {
  backlogOf,
  historyLines,
  inputsOf,
  newestInputs,
  type GivenHistory,
  type LineInputs,
} from './logInputs.ts';
import { cutLine, isKeptWhole, LineSplitter, linesOf } from './logLines.ts';
import {
  boundsOf,
  defaultLineLength,
  isPlainText,
  splitOptionsOf,
  textEvent,
  untilText,
  type LogAccumulatorOptions,
} from './logOptions.ts';
import { countFrom, LogRows, type LogValue } from './logRows.ts';
import { continuedLevel, parted, type PartedLine } from './logTrace.ts';
import { placeOfId } from '../connection/repeats.ts';
import { asker } from '../report.ts';
import { eventSize, itemCost } from '../size.ts';
import { BoundedList } from '../observer/boundedList.ts';
import { Ending } from '../observer/until.ts';

export type { LogValue };

/** A line as it is to be kept. */
interface Draft {
  /** How many code units were not held; default 0. */
  surplus?: number;
  /** What it was cut from is kept with it; default false. */
  isKept?: boolean;
  level: LogLevel | null;
  receivedAt: number;
}

/** What waits for the history: an event, or a place where lines are missing. */
type Waiting = RawEvent | { missing: number | null; lastEventId: null };

const waitingSize = (each: Waiting): number => ('missing' in each ? itemCost : eventSize(each));

/** Folds the events of a stream, or its plain text, into bounded lines. */
export class LogAccumulator implements Accumulator<LogValue> {
  readonly #options: () => LogAccumulatorOptions;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #splitter = new LineSplitter();
  readonly #rows: LogRows;
  /** The recent pieces of a text may begin within a line. */
  readonly needs: 'all' | 'rest';
  readonly #ending = new Ending();
  readonly #askParse = asker('parse');
  readonly #askHistory = asker('history');
  /** The event that the unfinished line came with last, without its text. */
  #origin: StreamEvent | null = null;
  /** Lines of the newest piece of text are slices of it. */
  #keepsPieces = false;
  #value: LogValue | null = null;
  #paused: { frozen: LogValue; value: LogValue } | null = null;
  /** What came while the history is awaited; null where none is. */
  #waiting: BoundedList<Waiting> | null = null;
  /** The line that has failed the run. */
  #failure: RawEvent | null = null;
  /** The line that the next one may continue; null where that one begins by itself. */
  #before: (PartedLine & { level: LogLevel | null }) | null = null;
  /** The run's first batch has come, or is not wanted any more. */
  #hasBacklog = false;
  #wantsHistory = true;
  /** Counts the runs. */
  #life = 0;

  constructor(options: () => LogAccumulatorOptions, clock: Pick<Clock, 'now'>) {
    this.#options = options;
    this.#clock = clock;
    this.#rows = new LogRows(boundsOf(options()));
    this.needs = isPlainText(options().format) ? 'all' : 'rest';
  }

  get keeps(): number {
    return boundsOf(this.#options()).maxItems;
  }

  push(events: readonly RawEvent[]): boolean | RawEvent {
    const options = this.#follow();
    const life = this.#life;
    // Of plain text each line is tested.
    const { format, until, failOn } = options;
    const tests = { until: untilText(until), failOn: untilText(failOn) };
    const { taken, ended } = isPlainText(format)
      ? { taken: events, ended: false }
      : this.#ending.cut(events, tests);
    let hasEnded = false;
    for (const event of taken) {
      // A function of the user's has begun another run: what is left is not of it.
      if (life !== this.#life) return false;
      if (this.#waiting) this.#waiting.push(retained(event));
      else hasEnded ||= this.#take(event, options);
    }
    this.#rows.evict();
    return life === this.#life && (hasEnded ? (this.#failure ?? true) : ended);
  }

  begin(): void {
    this.#life += 1;
    this.#origin = null;
    this.#hasBacklog = false;
    this.#wantsHistory = true;
    this.#before = null;
  }

  opened({ attempt, resumed }: OpenInfo): void {
    this.#failure = null;
    // The server was not asked to go on: nobody knows what it has sent meanwhile.
    if (attempt > 0 && !resumed) this.gap(null);
  }

  gap(missing: number | null): void {
    if (this.#waiting) this.#waiting.push({ missing, lastEventId: null });
    else {
      this.#before = null;
      if (!this.#rows.isEmpty) this.#keepGap(missing);
    }
  }

  /** From now on what comes waits for the history. */
  awaitHistory(): void {
    this.#waiting ??= new BoundedList<Waiting>(boundsOf(this.#options()), waitingSize);
  }

  /** Whether the history is still wanted: it has not come, and nothing was cleared meanwhile. */
  wantsHistory(): boolean {
    return this.#wantsHistory;
  }

  /**
   * Puts the history first, and behind it what has waited: after the event that the history ends with,
   * where it says so. False where that event did not come: then nothing that waited is kept, for the
   * stream can be asked for all that followed; unless `canResume` is false.
   */
  putHistory(history: GivenHistory | null, canResume: boolean): boolean {
    const waiting = this.#waiting?.snapshot().toArray() ?? [];
    const isCut = (this.#waiting?.dropped ?? 0) > 0;
    this.#waiting = null;
    this.#wantsHistory = false;
    const options = this.#follow();
    const receivedAt = this.#clock.now();
    this.#keepInputs(historyLines(history?.lines ?? [], this.#askHistory), { receivedAt }, options);
    const { lastEventId = '' } = history ?? {};
    // Where the stream was asked for what follows the history, all that came does.
    const follows = lastEventId === options.initialLastEventId;
    const last = placeOfId(waiting, lastEventId, follows || isCut);
    const isFollowed = follows || lastEventId === '' || last !== -1;
    if (isFollowed || !canResume) {
      if (!history || !isFollowed || (isCut && last === -1)) this.#keepGap(null);
      for (const each of waiting.slice(last + 1)) {
        if ('missing' in each) this.gap(each.missing);
        else this.#take(each, options);
      }
    }
    this.#rows.evict();
    return isFollowed || !canResume;
  }

  stateChanged({ status, reason }: ConnectionState): boolean | RawEvent {
    const origin = this.#origin;
    if (status === 'open' || !origin) return false;
    // What comes next is another response: the line that this one has begun ends here.
    const options = this.#options();
    this.#origin = null;
    this.#splitter.end(splitOptionsOf(options), (line, surplus) =>
      this.#endsWith({ ...origin, data: line }, surplus, options),
    );
    this.#rows.evict();
    this.#value = null;
    // A line that was cut is not the one that it looks like.
    return reason === 'done' && (this.#failure ?? false);
  }

  value(): LogValue {
    this.#follow();
    return (this.#value ??= this.#makeValue());
  }

  whilePaused(frozen: LogValue): LogValue {
    this.#follow();
    const rows = this.#rows;
    const before = this.#paused?.frozen === frozen ? this.#paused.value : frozen;
    const pending = countFrom(rows.shown(), frozen.nextId);
    const missed = Math.max(0, rows.firstId - frozen.nextId);
    const lines =
      before.filter === rows.passes ? before.lines : rows.pick(frozen.all, before.lines);
    if (lines === before.lines && pending === before.pending && missed === before.missed) {
      return before;
    }
    const value = { ...frozen, lines, pending, missed, filter: rows.passes };
    this.#paused = { frozen, value };
    return value;
  }

  /** The line that is not finished stays: what is still to come of it would otherwise look whole. */
  clear(): void {
    this.#rows.clear();
    this.#waiting = null;
    this.#wantsHistory = false;
    this.#hasBacklog = true;
    this.#value = null;
    this.#paused = null;
  }

  #makeValue(): LogValue {
    const { stripAnsi: strip = false, maxLineLength = defaultLineLength } = this.#options();
    const { held, surplus } = this.#splitter;
    const rows = this.#rows;
    const { total, firstId, nextId, dropped, passes: filter } = rows;
    return {
      ...{ lines: rows.shown(), all: rows.all(), total, firstId, nextId, dropped, filter },
      partial: cutLine(strip ? stripAnsi(held) : held, surplus, maxLineLength),
      pending: 0,
      missed: 0,
    };
  }

  /** Takes over what has changed among the options. */
  #follow(): LogAccumulatorOptions {
    const options = this.#options();
    if (this.#rows.setBounds(boundsOf(options))) this.#value = null;
    if (this.#rows.setFilter(options.filter)) this.#value = null;
    return options;
  }

  /** Takes an event; true where `until` ends the stream with a line of it. */
  #take(raw: RawEvent, options: LogAccumulatorOptions): boolean {
    if (raw.type === options.history) {
      this.#takeBacklog(textEvent(raw), options);
      return false;
    }
    if (options.events && !options.events.includes(raw.type)) return false;
    const event = textEvent(raw);
    if (isPlainText(options.format)) return this.#takeText(event, options);
    this.#takeLine(event, 0, options);
    return false;
  }

  /** Takes the batch that a stream begins with; one that is sent again after a reconnect is known already. */
  #takeBacklog(event: StreamEvent, options: LogAccumulatorOptions): void {
    if (this.#hasBacklog) return;
    this.#hasBacklog = true;
    const { receivedAt } = event;
    if (options.parse) this.#takeLine(event, 0, options);
    else this.#keepInputs(backlogOf(event.data, this.#askHistory), { receivedAt }, options);
  }

  #takeText(event: StreamEvent, options: LogAccumulatorOptions): boolean {
    const { stripAnsi: strip = false, maxLineLength = defaultLineLength } = options;
    this.#keepsPieces = !strip && isKeptWhole(event.data, maxLineLength);
    this.#origin = { ...event, data: '' };
    this.#value = null;
    const life = this.#life;
    return this.#splitter.push(
      event.data,
      splitOptionsOf(options),
      (line, surplus) =>
        life !== this.#life || this.#endsWith({ ...event, data: line }, surplus, options),
    );
  }

  /** Takes one line of plain text; true where `until` or `failOn` ends the stream with it. */
  #endsWith(event: StreamEvent, surplus: number, options: LogAccumulatorOptions): boolean {
    const life = this.#life;
    if (this.#ending.isFailure(untilText(options.failOn), event)) {
      this.#failure = event;
      return true;
    }
    const isLast = this.#ending.isLast(untilText(options.until), event);
    // The text that ends a stream is not part of it.
    const isTaken = !(isLast && typeof options.until === 'object') && life === this.#life;
    if (isTaken) this.#takeLine(event, surplus, options);
    return isLast;
  }

  #takeLine(event: StreamEvent, surplus: number, options: LogAccumulatorOptions): void {
    const { parse } = options;
    const { data, receivedAt } = event;
    if (!parse) {
      // Plain text is cut already.
      if (isPlainText(options.format)) {
        const isKept = this.#keepsPieces;
        this.#keep(data, { surplus, isKept, level: null, receivedAt }, options);
      } else
        this.#keepInputs(inputsOf(data, data, this.#askParse), { surplus, receivedAt }, options);
      return;
    }
    // A parser that throws loses no line: the line is shown as it came.
    const life = this.#life;
    const parsed = this.#askParse(() => parse(data, event), data);
    if (life !== this.#life) return;
    const inputs = inputsOf(parsed, data, this.#askParse);
    this.#keepInputs(inputs, { surplus, receivedAt }, options);
  }

  /** Keeps the lines that came together. What they themselves would push out is counted, and not made. */
  #keepInputs(
    inputs: LineInputs,
    origin: Omit<Draft, 'level'>,
    options: LogAccumulatorOptions,
  ): void {
    const { cr = 'overwrite' } = options;
    const { maxItems, maxSize } = boundsOf(options);
    // Each row counts something, so that the bytes bound the rows too.
    const most = Math.min(maxItems, Math.max(1, Math.ceil(maxSize / itemCost)));
    const { kept, skipped } = newestInputs(inputs, most, cr);
    if (skipped) {
      this.#rows.skip(skipped);
      this.#before = null;
      this.#value = null;
    }
    for (const input of kept) {
      const { text, level } = typeof input === 'string' ? { text: input, level: null } : input;
      // One with line breaks is several.
      for (const line of linesOf(text, cr)) this.#keep(line, { ...origin, level }, options);
    }
  }

  #keep(raw: string, draft: Draft, options: LogAccumulatorOptions): void {
    const { surplus = 0, isKept = false, level, receivedAt } = draft;
    const { stripAnsi: strip = false, maxLineLength = defaultLineLength } = options;
    // Copied first: an engine remembers the text that a pattern was found in last, and all that it was cut from.
    const line = isKept ? raw : compact(raw);
    const whole = strip ? stripAnsi(line) : line;
    const cut = cutLine(whole, surplus, maxLineLength);
    const text = cut === line ? line : compact(cut);
    const parts = parted(text);
    const known = level ?? continuedLevel(parts, this.#before, levelOf(whole));
    const truncated = whole.length - text.length + surplus;
    this.#rows.push(text, known, { receivedAt, truncated });
    // An empty line stands within a trace as well as behind it.
    if (parts.message.trim() !== '') this.#before = { ...parts, level: known };
    this.#value = null;
  }

  #keepGap(missing: number | null): void {
    this.#before = null;
    this.#rows.pushGap(missing, this.#clock.now());
    this.#value = null;
  }
}
