import type { Attempt } from './attempt.ts';
import { task } from '../clock.ts';
import { StreamError } from '../error.ts';
import { byteLength, isTooLong } from '../size.ts';
import { arriving, sizeError, type ArrivingEvent } from './source.ts';
import { type Source } from './attempt.ts';
import { describeUrl } from '../request/url.ts';
import { aim, fromUser } from './target.ts';

/** Whether it carries data. A stand-in for EventSource may bring a MessageEvent of its own. */
const isMessage = (event: Event): event is MessageEvent<string> => 'data' in event;

/** Stand-ins know one of both ways, browsers both: there an event is heard once. */
function hear(source: EventSource, name: 'open' | 'error', listener: () => void): void {
  let heard: Event | null = null;
  const listenOnce = (event: Event) => {
    // A server's own event of the name "open" or "error" reaches this listener too.
    if (event !== heard && !isMessage(event)) listener();
    heard = event;
  };
  source.addEventListener(name, listenOnce);
  source[`on${name}`] = listenOnce;
}

/**
 * Gathers what EventSource dispatches and tells it in a task of its own: inside a dispatch React would take the
 * priority of its updates from `window.event`.
 */
function gather(attempt: Attempt) {
  let told: (() => void)[] = [];
  let batch: { events: ArrivingEvent[]; size: number } | null = null;
  let cancel: (() => void) | null = null;
  const tell = (next: () => void) => {
    batch = null;
    told.push(next);
    cancel ??= task(() => {
      cancel = null;
      const due = told;
      told = [];
      batch = null;
      for (const each of due) if (!attempt.signal.aborted) each();
    });
  };
  return {
    tell,
    event: (event: ArrivingEvent, size: number) => {
      if (!batch) {
        const next = { events: [], size: 0 };
        tell(() => {
          attempt.events(next.events, next.size);
        });
        batch = next;
      }
      batch.events.push(event);
      batch.size += size;
    },
    cancel: () => cancel?.(),
  };
}

function listen(source: EventSource, attempt: Attempt, fail: (error: StreamError) => void) {
  const { url: address, maxEventSize } = attempt.request;
  const url = describeUrl(address);
  const { tell, event: take, cancel } = gather(attempt);
  const failSoon = (error: StreamError) => {
    tell(() => {
      fail(error);
    });
  };
  hear(source, 'open', () => {
    tell(() => {
      attempt.opened(null, true);
    });
  });
  hear(source, 'error', () => {
    // By itself it would ask for the same again.
    if (source.readyState === source.CONNECTING && !attempt.parts.resumption.isMoving) {
      tell(() => {
        attempt.lost();
      });
      return;
    }
    const message = `The browser's EventSource gave up on ${url}; it hides why: a status, a wrong content type, CORS or the network.`;
    failSoon(new StreamError('network', message, { url }));
  });
  attempt.parts.eventNames.each((name) => {
    source.addEventListener(name, (event) => {
      if (!isMessage(event) || source.readyState === source.CLOSED) return;
      // EventSource does not tell whether the id is the block's own: only the stream's last one is known.
      const { data, lastEventId: id } = event;
      if (isTooLong(data, maxEventSize) || id.length > maxEventSize) {
        source.close();
        failSoon(sizeError(address, maxEventSize));
      } else take(arriving({ type: name, data, id }), byteLength(data) + byteLength(id));
    });
  });
  return cancel;
}

/** Reads a stream with the browser's own EventSource (HTML standard, section 9.2). */
export const nativeSource: Source = async (attempt, error, { EventSource }) => {
  const { signal } = attempt;
  if (!EventSource) {
    throw new StreamError(
      'aborted',
      "There is no EventSource here, nor a `fetch` that streams; give the store one of them (`fetch`, such as the one of expo/fetch, or `EventSource`), or use the transport 'fetch'.",
      { url: describeUrl(attempt.request.url) },
    );
  }
  const isAsked =
    !attempt.parts.resumption.isMoving || (await fromUser(attempt, aim(attempt, error)));
  if (!isAsked) return attempt.giveUp(error);
  if (signal.aborted) return true;
  const { request } = attempt;
  const source = new EventSource(request.url, {
    withCredentials: request.credentials === 'include',
  });
  await new Promise((resolve, reject) => {
    const cancel = listen(source, attempt, reject);
    signal.addEventListener('abort', () => {
      source.close();
      cancel();
      resolve(null);
    });
  });
  return true;
};
