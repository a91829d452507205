/** One streamed response, from its first byte until it is over, whoever ends it. */
export interface StreamLife {
  /** Aborts when the stream is over for whatever reason, also after a clean end. */
  readonly signal: AbortSignal;
  /** Ends the body as a finished response ends. */
  end(): void;
  /** Breaks the body off in the middle: a server that serves it destroys the connection. */
  cut(): void;
}

/** What fills a stream: asked for the next chunk only when the reader wants one, and waits with nothing but `life.signal`. */
export type ChunkSource = (life: StreamLife) => AsyncGenerator<string, void, undefined>;

/** What is sent while the source is silent, so that proxies and idle timeouts see a living connection. */
export interface Heartbeat {
  /** Milliseconds of silence. */
  readonly after: number;
  readonly chunk: string;
}

const encoder = new TextEncoder();

/**
 * A response body that pulls from a generator, and lets go of it at once when the client leaves.
 *
 * The queue is empty by design (`highWaterMark: 0`): one read is one `next()`, so a slow reader slows the source down.
 */
export function streamBody(
  request: Request,
  source: ChunkSource,
  heartbeat?: Heartbeat,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const over = new AbortController();
  let life: StreamLife;
  let chunks: ReturnType<ChunkSource>;

  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      start(controller) {
        life = lifeOf(controller, over);
        chunks = source(life);
        over.signal.addEventListener('abort', () => void chunks.return());
        endOnAbort(life, request.signal);
      },
      async pull(controller) {
        const stopHeartbeat = startHeartbeat(controller, heartbeat);
        try {
          const next = await chunks.next();
          if (over.signal.aborted) return;
          if (next.done) life.end();
          else controller.enqueue(encoder.encode(next.value));
        } catch (error) {
          // A source that waits is woken with an `AbortError` when its stream is over.
          if (over.signal.aborted) return;
          over.abort();
          throw error;
        } finally {
          stopHeartbeat();
        }
      },
      cancel() {
        over.abort();
      },
    },
    { highWaterMark: 0 },
  );
}

function lifeOf(controller: ReadableStreamDefaultController, over: AbortController): StreamLife {
  return {
    signal: over.signal,
    end() {
      if (over.signal.aborted) return;
      controller.close();
      over.abort();
    },
    cut() {
      if (over.signal.aborted) return;
      controller.error(new Error('The connection was cut in the middle of the stream'));
      over.abort();
    },
  };
}

function endOnAbort(life: StreamLife, request: AbortSignal): void {
  const leave = () => {
    life.end();
  };
  if (request.aborted) leave();
  else request.addEventListener('abort', leave, { signal: life.signal });
}

function startHeartbeat(
  controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>,
  heartbeat: Heartbeat | undefined,
): () => void {
  if (!heartbeat) return () => undefined;
  const beat = encoder.encode(heartbeat.chunk);
  const timer = setInterval(() => {
    // Zero means that the last one was read: heartbeats must not pile up for a reader that stalls.
    if (controller.desiredSize === 0) controller.enqueue(beat);
  }, heartbeat.after);
  return () => {
    clearInterval(timer);
  };
}
