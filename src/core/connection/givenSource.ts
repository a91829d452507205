import { StreamError } from '../error.ts';
import { thrown } from '../excerpt.ts';
import { takeAnswer } from './fetchSource.ts';
import { acceptedType, formatFor, type WireFormat } from '../format/format.ts';
import type { Bytes } from '../format/streamFormat.ts';
import type { WireEvent } from '../format/wireEvent.ts';
import { Decoding, quietMoment, sliceTime } from './reading.ts';
import type { GivenStream } from '../request/requestOptions.ts';
import { byteLength, isTooLong } from '../size.ts';
import { abortable, arriving, sizeError } from './source.ts';
import type { Attempt, Source } from './attempt.ts';
import { fromUser, told, unsendable } from './target.ts';
import { describeUrl } from '../request/url.ts';

// A stream that was read is not always locked afterwards, but it is empty.
const read = /* @__PURE__ */ new WeakSet<object>();

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

const isAnswer = (given: object): given is Response => 'headers' in given && 'status' in given;

/** What is read item by item. */
interface Reader {
  next: () => PromiseLike<{ done?: boolean | undefined; value?: unknown }>;
  stop: () => unknown;
}

function readerOf(given: object): Reader | null {
  if ('getReader' in given) {
    const reader = (given as ReadableStream<unknown>).getReader();
    return { next: () => reader.read(), stop: () => reader.cancel() };
  }
  if (!(Symbol.asyncIterator in given)) return null;
  const iterator = (given as AsyncIterable<unknown>)[Symbol.asyncIterator]();
  return { next: () => iterator.next(), stop: () => iterator.return?.() };
}

/** Ends what was given, also if it is not read. */
function leave(stop: () => unknown): void {
  Promise.resolve()
    .then(stop)
    .catch(() => null);
}

const eventKeys = ['data', 'type', 'event', 'id', 'lastEventId', 'sequence', 'receivedAt'];

const textOr = <T>(value: unknown, otherwise: T): string | T =>
  typeof value === 'string' ? value : otherwise;

/** An item as an event: an object that has `data`, and beside it nothing but what events have, is one already. */
function eventOf(item: unknown): WireEvent {
  const isEvent =
    isObject(item) && 'data' in item && Object.keys(item).every((key) => eventKeys.includes(key));
  if (!isEvent) return { data: item };
  const { data, type, event, id, lastEventId } = item as Record<string, unknown>;
  return { data, type: textOr(type ?? event, undefined), id: textOr(id ?? lastEventId, undefined) };
}

/** Tells the attempt of an item: a piece of bytes is read as the format says, all else is an event. */
class Items {
  readonly #attempt: Attempt;
  #decoding: Decoding | null = null;

  constructor(attempt: Attempt) {
    this.#attempt = attempt;
  }

  async take(item: unknown): Promise<void> {
    if (ArrayBuffer.isView(item)) {
      this.#decoding ??= new Decoding(this.#attempt, this.#format(), 'utf-8');
      await this.#decoding.chunk(item as Bytes);
      return;
    }
    const { maxEventSize, url } = this.#attempt.request;
    const event = eventOf(item);
    const text = textOr(event.data, '');
    if (isTooLong(text, maxEventSize)) throw sizeError(url, maxEventSize);
    this.#attempt.events([arriving(event)], byteLength(text) + byteLength(event.id ?? ''));
  }

  end(): void {
    this.#decoding?.end();
  }

  #format(): WireFormat {
    const format = formatFor(this.#attempt.request.format, acceptedType('auto'));
    if (format) return format;
    throw unsendable(this.#attempt.request.url, 'its `format` reads no bytes');
  }
}

async function readItems(attempt: Attempt, { next, stop }: Reader): Promise<void> {
  const { signal } = attempt;
  const { clock } = attempt.parts.environment;
  const items = new Items(attempt);
  let begun = clock.now();
  let cancel = null as (() => void) | null;
  // A timer fires only when the page has a turn; not every engine has a MessageChannel.
  const noticeTurn = () => {
    cancel ??= clock.timeout(() => {
      cancel = null;
      begun = clock.now();
    }, 0);
  };
  try {
    while (!signal.aborted) {
      const { done, value } = await abortable(next(), signal);
      if (done) {
        items.end();
        return;
      }
      noticeTurn();
      await items.take(value);
      // Items that are there at once would leave the page no turn. The clock may be set back meanwhile.
      if (Math.abs(clock.now() - begun) < sliceTime) continue;
      await quietMoment(clock);
      begun = clock.now();
    }
  } catch (cause) {
    if (cause instanceof StreamError) throw cause;
    const url = describeUrl(attempt.request.url);
    const message = `The \`source\` of ${url} broke off: ${thrown(cause)}`;
    throw new StreamError('network', message, { url, cause });
  } finally {
    cancel?.();
    leave(stop);
  }
}

/** What the option `source` gives; what comes too late is ended. */
async function askSource(attempt: Attempt, error: StreamError | null): Promise<GivenStream> {
  const { source } = attempt.request.live();
  const given = await source?.(told(attempt, error));
  const url = attempt.request.url;
  if (!isObject(given)) throw unsendable(url, 'its `source` gave nothing to read');
  if (!attempt.signal.aborted) return given;
  leave(() => (isAnswer(given) ? given.body?.cancel() : readerOf(given)?.stop()));
  return given;
}

/** Reads what the option `source` gives: an answer, a stream of bytes or of values, or what is iterated. */
export const givenSource: Source = async (attempt, error) => {
  attempt.sent();
  const given = await fromUser(attempt, askSource(attempt, error));
  attempt.answered(false);
  const { method } = attempt.request;
  // What can be read only once is not asked for again.
  if (read.has(given)) return attempt.giveUp(error);
  read.add(given);
  if (isAnswer(given)) return takeAnswer(attempt, given, { init: { method }, error });
  const reader = readerOf(given);
  if (!reader) {
    throw unsendable(
      attempt.request.url,
      'its `source` gave neither a Response nor a ReadableStream nor an async iterable',
    );
  }
  attempt.opened(null, false);
  attempt.resumable = true;
  await readItems(attempt, reader);
  return true;
};
