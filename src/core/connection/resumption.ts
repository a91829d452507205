import { flat, type RawEvent } from '../event.ts';
import { foreignOrigin } from '../request/url.ts';
import type { ReplayBuffer } from './replayBuffer.ts';
import { Repeats, type Verdict } from './repeats.ts';
import { report } from '../report.ts';
import type { StreamRequest } from '../request/request.ts';
import { isSafe } from '../request/requestOptions.ts';
import { isSendableId } from '../request/headers.ts';
import type { ArrivingEvent } from './source.ts';
import { describeUrl } from '../request/url.ts';

/** Is told the events that are to be delivered, and null where the server has begun from the start. */
export type Deliver = (events: readonly RawEvent[] | null) => void;

/** What a request has begun at the server, by its first answer. */
export interface Run {
  /** Null with EventSource. */
  readonly response: Response | null;
}

/** Where a stream is taken up. */
export interface Beginning {
  lastEventId: string;
  /** What was begun before, on another connection. */
  run: Run | null;
}

/** How far a stream has come, where it would be taken up again, and what its server makes of that. */
export class Resumption {
  /** Where it would be taken up again. */
  lastEventId: string;
  /** The id that the present attempt asks to go on after; empty for the beginning. */
  sentId = '';
  /** Events have come since the stream was opened. */
  heard = false;
  /** What the first answer has begun. */
  run: Run | null;
  /** What the present attempt asks for. */
  target: StreamRequest;
  /** The server has ended the newest answer cleanly. */
  hasEnded = false;
  readonly #request: StreamRequest;
  readonly #replay: ReplayBuffer;
  #sequence = 0;
  #everOpened = false;
  #reportedId = '';
  /** How often in a row a request had no answer. */
  #unanswered = 0;
  /** The server answers only where the event id is left out. */
  #refusesIds = false;
  /** A request with an event id was answered, and no answer has begun with what was delivered before. */
  #resumes: boolean | null = null;
  /** The first id of the newest response that has brought one. */
  #beganWith: string | null = null;
  /** The response has brought an id. */
  #hasBegun = false;
  /** The newest event bears an id of its own. */
  #isAtId = false;
  /** The response has brought nothing new yet; `null` in it: nothing with an id either. */
  #leading: { repeats: Repeats | null } | null = null;

  constructor(request: StreamRequest, replay: ReplayBuffer, { lastEventId, run }: Beginning) {
    this.#request = this.target = request;
    this.#replay = replay;
    this.lastEventId = lastEventId;
    this.run = run;
  }

  /** Whether it is known how to go on with what was begun. */
  get goesOn(): boolean {
    return this.run !== null && this.#request.live().resume !== undefined;
  }

  /** Whether a function says what an attempt asks for. */
  get isMoving(): boolean {
    return this.goesOn || typeof this.#request.live().url === 'function';
  }

  /** Whether to ask again only reads. */
  get isRepeatable(): boolean {
    return this.goesOn || isSafe(this.#request);
  }

  /** An attempt begins, with the id that a request can carry. */
  ask(): void {
    // A new EventSource cannot be told where to begin, but by its url.
    const canTell = this.#request.transport === 'fetch' || this.isMoving;
    this.target = this.#request;
    this.sentId = canTell ? this.#sendableId() : '';
  }

  /** Where to go on; empty where no request can say it. */
  #sendableId(): string {
    const id = this.lastEventId;
    if (isSendableId(id)) return id;
    if (id !== this.#reportedId) {
      this.#report(
        'sent an event id with control characters or of more than 8,000 bytes, which no request can carry; the stream goes on without resuming',
      );
    }
    this.#reportedId = id;
    return '';
  }

  /**
   * Whether CORS rules that do not allow the event id's header may be why there was no answer, which no browser
   * tells: at the second failure in a row, and then ever more rarely, for it may be the network.
   */
  get mayOmitId(): boolean {
    const failures = this.#unanswered + 1;
    const isDue = failures > 1 && (this.#refusesIds || Number.isInteger(Math.log2(failures)));
    return isDue && this.sentId !== '' && isSafe(this.target) && this.#isForeign;
  }

  /** Whether the stream can be cut now, and what follows be asked for by the id of the newest event. */
  get canResume(): boolean {
    const { recovers, policy } = this.#request;
    const isTold = this.#isAtId && this.lastEventId !== '' && isSendableId(this.lastEventId);
    const isAllowed = this.isRepeatable && recovers && policy.maxAttempts > 0;
    // Another origin has to show first that it allows the id.
    return isTold && isAllowed && (this.#resumes ?? !this.#isForeign);
  }

  get #isForeign(): boolean {
    return foreignOrigin(this.target.url) !== null;
  }

  /** There was no answer. */
  unanswered(): void {
    this.#unanswered += 1;
  }

  /** Somebody has asked for it: what failed before is not counted. */
  forget(): void {
    this.#unanswered = Math.min(this.#unanswered, 1);
  }

  /** There is an answer: to the request as it was, or only to one without the event id. */
  answered(omitsId: boolean): void {
    // Where the id was refused and the stream is cut again, one failure will tell.
    this.#unanswered = omitsId ? 1 : 0;
    if (omitsId) {
      this.#resumes = false;
      this.sentId = '';
    } else if (this.sentId !== '') {
      this.#resumes ??= true;
      this.#refusesIds = false;
    }
  }

  /** There is an answer that is a stream. */
  begun(response: Response | null): void {
    this.run ??= { response };
    this.hasEnded = false;
  }

  /** A stream begins; gives whether there was one before. */
  opened(): boolean {
    const wasOpened = this.#everOpened;
    // Without any id there is nothing to tell by.
    const mayRepeat = wasOpened && this.#request.recovers && this.lastEventId !== '';
    this.#leading = mayRepeat ? { repeats: null } : null;
    this.#everOpened = true;
    this.heard = this.#hasBegun = false;
    if (this.#unanswered > 0 && !this.#refusesIds) {
      this.#refusesIds = true;
      this.#report(
        'was reached only without the header Last-Event-ID, so what was sent meanwhile is missing; have its CORS rules allow that header (Access-Control-Allow-Headers)',
      );
    }
    return wasOpened;
  }

  #report(what: string): void {
    report(new Error(`use-event-stream: ${describeUrl(this.target.url)} ${what}.`));
  }

  /** Takes what has come: leaves out what the server sends again after a reconnect; the first event that is new ends that. */
  take(events: ArrivingEvent[], size: number, receivedAt: number, deliver: Deliver): void {
    const kept = this.#leading ? [] : events;
    for (const [index, event] of this.#leading ? events.entries() : []) {
      const verdict = this.#judge(event);
      // It begins again where it was asked to go on.
      if (verdict === 'restart' || verdict === 'repeat') this.#resumes = false;
      if (verdict === 'restart') {
        // Told before what it sends.
        this.#deliver(kept.splice(0), 0, receivedAt, deliver);
        this.#replay.restart();
        deliver(null);
      }
      if (verdict === null) kept.push(event);
      if (this.#leading) continue;
      for (const next of events.slice(index)) kept.push(next);
      break;
    }
    this.#deliver(kept, size, receivedAt, deliver);
  }

  /** What an event is beside those that were delivered; null where it has no id to tell by. */
  #judge({ lastEventId: id, type = 'message', data }: ArrivingEvent): Verdict | null {
    const leading = this.#leading;
    if (!leading || !id || data === undefined) return null;
    leading.repeats ??= new Repeats(this.#replay.recognisable);
    const verdict = leading.repeats.judge(id, { type, data });
    if (verdict !== 'repeat') this.#leading = null;
    return verdict;
  }

  /** Makes the events whole in place, and leaves out what is not one. */
  #deliver(events: ArrivingEvent[], size: number, receivedAt: number, deliver: Deliver): void {
    let { lastEventId } = this;
    let sequence = this.#sequence;
    let count = 0;
    let ids = 0;
    let begins = false;
    let isAtId = false;
    for (const event of events) {
      const { lastEventId: id, data } = event;
      if (id !== undefined) lastEventId = id;
      // "If the data buffer is an empty string ..., return": such a block only sets the id.
      if (data === undefined) continue;
      isAtId = Boolean(id);
      if (id) {
        if (!this.#hasBegun) this.#begins(id);
        ids += 1;
        begins ||= count === 0;
      }
      event.type ??= 'message';
      event.lastEventId = lastEventId;
      event.sequence = ++sequence;
      event.receivedAt = receivedAt;
      events[count++] = event;
    }
    events.length = count;
    this.#sequence = sequence;
    // Only the last id of a batch is needed to resume: the others are not copied.
    this.lastEventId = flat(lastEventId);
    if (count === 0) return;
    this.#isAtId = isAtId;
    this.heard = true;
    const whole = events as RawEvent[];
    this.#replay.push({ events: whole, size, ids, begins });
    deliver(whole);
  }

  /** The first id of a response: a server that begins where it began before does not heed what it is asked for. */
  #begins(id: string): void {
    if (this.sentId !== '' && id === this.#beganWith) this.#resumes = false;
    this.#beganWith = id;
    this.#hasBegun = true;
  }
}
