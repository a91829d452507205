import type { Attempt, Source } from '../connection/attempt.ts';
import { abortable, type ArrivingEvent, type SourceEnvironment } from '../connection/source.ts';
import { StreamError } from '../error.ts';
import { thrown } from '../excerpt.ts';
import type { Bytes } from '../format/streamFormat.ts';
import { callSafely } from '../report.ts';
import type { StreamRequest } from '../request/request.ts';
import { describeUrl } from '../request/url.ts';
import type {
  InspectedEvent,
  InspectedHook,
  InspectedStream,
  StreamInspector,
} from './inspector.ts';
import type { Listener, SharedStream } from './sharedStream.ts';
import type { Inspection, StoreInternals } from './storeInternals.ts';

/** Headers whose values are shown; what is not here may be a secret. */
const shownHeaders =
  /^(accept(-encoding|-language)?|age|cache-control|connection|content-(encoding|length|type)|date|expires|keep-alive|last-event-id|retry-after|server|transfer-encoding|vary|via|x-accel-buffering)$/;

/** The text that stands in the place of a value. */
const hidden = '•••';

/** Headers to show: all names, and the values of which it is known that they are no secret. */
const withoutSecrets = (headers: Headers): Record<string, string> =>
  Object.fromEntries(
    [...headers].map(([name, value]) => [name, shownHeaders.test(name) ? value : hidden]),
  );

/** What a hook publishes, whichever it is. */
interface Snapshot {
  version: number;
  value: object | null;
}

type Publishing = Listener & { getSnapshot: () => Snapshot };

const isPublishing = (listener: Listener): listener is Publishing => 'getSnapshot' in listener;

/** What a hook's value says of a buffer, whichever it is. */
interface Buffering {
  dropped?: number | { lines: number };
  events?: readonly unknown[];
  data?: unknown;
  lastEventId?: string;
}

function hookOf({ getSnapshot }: Publishing): InspectedHook {
  const { value, version } = getSnapshot();
  const { dropped = 0, events, data, lastEventId }: Buffering = value ?? {};
  return {
    value: events ? data : value,
    folds: events?.length === 0 && dropped === 0 && (data !== undefined || lastEventId !== ''),
    commits: version,
    dropped: typeof dropped === 'number' ? dropped : dropped.lines,
  };
}

function inspected(shared: SharedStream, id: string): InspectedStream {
  const { request, connection, host } = shared;
  const url = describeUrl(request.url);
  return {
    id,
    url,
    method: request.method,
    transport: request.hasSource ? 'source' : request.transport,
    get state() {
      return connection.state;
    },
    get subscribers() {
      return shared.subscribers;
    },
    get isKept() {
      return host.keeps(shared);
    },
    get hooks() {
      return shared.listeners.filter(isPublishing).map(hookOf);
    },
    cut() {
      connection.attempt?.fail(
        new StreamError('network', `The connection to ${url} was cut.`, { url }),
      );
    },
    reconnect() {
      const { status } = connection.state;
      if (host.keeps(shared) && (status === 'reconnecting' || status === 'failed'))
        connection.start();
    },
  };
}

const shownEvent = ({ type, data, lastEventId }: ArrivingEvent): InspectedEvent => ({
  type: type ?? 'message',
  id: lastEventId ?? null,
  data,
});

/** Tells one inspector of all streams of a store. */
class Watch implements Inspection {
  readonly #inspector: StreamInspector;
  readonly #streams = new WeakMap<SharedStream, InspectedStream>();
  readonly #tapped = new WeakSet<Attempt>();
  /** Those of which the answer was told. */
  readonly #answered = new WeakSet<Attempt>();
  #count = 0;
  #isOver = false;

  constructor(inspector: StreamInspector) {
    this.#inspector = inspector;
  }

  stop(): void {
    this.#isOver = true;
  }

  state(shared: SharedStream): void {
    if (this.#isOver) return;
    const { attempt, answer, state } = shared.connection;
    const stream = this.#stream(shared);
    if (attempt) this.#tap(stream, attempt);
    if (attempt && answer?.response && state.status === 'open')
      this.#answer(stream, attempt, answer.response);
    this.#tell((inspector) => inspector.onState?.(stream));
  }

  source(shared: SharedStream, attempt: Attempt, source: Source): Source {
    const stream = this.#stream(shared);
    this.#tap(stream, attempt);
    const { number, resumption } = attempt.parts;
    const told = { number, lastEventId: resumption.sentId };
    return async (...[, error, environment]) => {
      const gate = this.#tell((inspector) => inspector.onAttempt?.(stream, told));
      if (gate) await this.#passed(gate, stream, attempt);
      return source(attempt, error, this.#around(environment, stream, attempt));
    };
  }

  #stream(shared: SharedStream): InspectedStream {
    const known = this.#streams.get(shared) ?? inspected(shared, String(++this.#count));
    this.#streams.set(shared, known);
    return known;
  }

  #tell<T>(tell: (inspector: StreamInspector) => T): T | undefined {
    return this.#isOver ? undefined : callSafely(() => tell(this.#inspector), undefined);
  }

  async #passed(gate: Promise<void>, { url }: InspectedStream, { signal }: Attempt): Promise<void> {
    try {
      await abortable(gate, signal);
    } catch (cause) {
      if (signal.aborted) throw cause;
      throw new StreamError('network', `${url} could not be reached: ${thrown(cause)}`, {
        url,
        cause,
      });
    }
  }

  #tap(stream: InspectedStream, attempt: Attempt): void {
    if (this.#tapped.has(attempt)) return;
    this.#tapped.add(attempt);
    const before = attempt.tap;
    attempt.tap = {
      chunk: (bytes: Bytes) => {
        before?.chunk(bytes);
        this.#tell((inspector) => inspector.onChunk?.(stream, bytes));
      },
      events: (events) => {
        before?.events(events);
        this.#tell((inspector) => inspector.onEvents?.(stream, events.map(shownEvent)));
      },
    };
  }

  #answer(stream: InspectedStream, attempt: Attempt, { status, headers }: Response): void {
    if (this.#answered.has(attempt)) return;
    this.#answered.add(attempt);
    const response = { status, headers: withoutSecrets(headers) };
    this.#tell((inspector) => inspector.onResponse?.(stream, response));
  }

  #around(
    environment: SourceEnvironment,
    stream: InspectedStream,
    attempt: Attempt,
  ): SourceEnvironment {
    const getFetch = (request?: StreamRequest): typeof fetch => {
      const next = environment.getFetch(request);
      // One that is made of XMLHttpRequest is refused by what it is.
      if (this.#isOver || typeof next !== 'function' || 'polyfill' in next) return next;
      return async (input, init) => {
        this.#request(stream, attempt, init);
        const send = () => next(input, init);
        const response = await (this.#inspector.fetch?.(stream, send) ?? send());
        this.#answer(stream, attempt, response);
        return response;
      };
    };
    return { ...environment, getFetch };
  }

  #request(stream: InspectedStream, { parts }: Attempt, init: RequestInit = {}): void {
    const { method = 'GET' } = init;
    const { number, resumption } = parts;
    const headers = withoutSecrets(new Headers(init.headers));
    const request = { method, headers, number, lastEventId: resumption.sentId };
    this.#tell((inspector) => inspector.onRequest?.(stream, request));
  }
}

/** Tells an inspector of the streams that there are, and of all that come; returns the way to stop it. */
export function inspect(own: StoreInternals, inspector: StreamInspector): () => void {
  const watch = new Watch(inspector);
  own.inspections.add(watch);
  for (const shared of own.each()) watch.state(shared);
  return () => {
    watch.stop();
    own.inspections.delete(watch);
  };
}
