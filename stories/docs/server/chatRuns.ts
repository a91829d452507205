import { headers, heartbeat } from './feed.ts';

/** Something that is written piece by piece; what is written is kept for those who come back. */
interface Run {
  events: string[];
  isOver: boolean;
  control: AbortController;
  /** Called when there is more, or no more to come. */
  readers: Set<() => void>;
}

const kept = 10 * 60_000;
const runs = new Map<string, Run>();

/** The data of one event after the other, as it goes over the wire. */
export type Write = (signal: AbortSignal) => AsyncIterable<string>;

/** Answers with the stream of a run, which is begun if there is none with this id, and goes on without its reader. */
export function begin(id: string, request: Request, write: Write): Response {
  if (!runs.has(id)) {
    const run = {
      events: [],
      isOver: false,
      control: new AbortController(),
      readers: new Set<() => void>(),
    };
    runs.set(id, run);
    void record(id, run, write);
  }
  return follow(id, request);
}

async function record(id: string, run: Run, write: Write): Promise<void> {
  const wake = () => {
    for (const reader of run.readers) reader();
  };
  try {
    for await (const data of write(run.control.signal)) {
      run.events.push(`id: ${run.events.length + 1}\ndata: ${data}\n\n`);
      wake();
    }
  } catch {
    if (!run.control.signal.aborted)
      run.events.push('event: error\ndata: The answer was cut short.\n\n');
  }
  run.isOver = true;
  wake();
  setTimeout(() => runs.delete(id), kept);
}

/** What of a run came after `Last-Event-ID`, then all that comes; 204 where all of it was had, 404 where there is none. */
export function follow(id: string, request: Request): Response {
  const run = runs.get(id);
  if (!run) return new Response(null, { status: 404 });
  let next = Number(request.headers.get('last-event-id') ?? 0);
  if (run.isOver && next >= run.events.length) return new Response(null, { status: 204 });
  let more = () => {};
  const body = new ReadableStream<string>({
    start(controller) {
      // Without a byte the page would not know that it is connected.
      controller.enqueue(heartbeat);
    },
    async pull(controller) {
      while (next >= run.events.length && !run.isOver) {
        await new Promise<void>((resolve) => {
          more = resolve;
          run.readers.add(more);
        });
        run.readers.delete(more);
      }
      const text = run.events.slice(next).join('');
      next = run.events.length;
      if (text !== '') controller.enqueue(text);
      else controller.close();
    },
    cancel() {
      run.readers.delete(more);
    },
  });
  return new Response(body.pipeThrough(new TextEncoderStream()), {
    headers: { ...headers, 'x-run': id },
  });
}

/** Ends a run: nothing is written any more, for nobody. */
export function stop(id: string): Response {
  runs.get(id)?.control.abort();
  return new Response(null, { status: 204 });
}
