import { headers, heartbeat } from './feed.ts';

/** Does the work of a run, and gives its parts; the signal is aborted when the user stops it. */
export type Work = (question: string, signal: AbortSignal) => AsyncIterable<string>;

/** The work goes on whether somebody reads it or not, and all that it has sent is kept. */
interface Run {
  readonly events: string[];
  readonly control: AbortController;
  isOver: boolean;
  /** Wakes those who read. */
  wake: () => void;
  changed: Promise<void>;
}

const runs = new Map<string, Run>();
/** How long a run that is over can still be read. */
const kept = 10 * 60_000;

function renew(run: Run): void {
  run.changed = new Promise((resolve) => (run.wake = resolve));
}

function add(run: Run, event: string): void {
  run.events.push(`id: ${run.events.length + 1}\n${event}\n\n`);
  run.wake();
  renew(run);
}

async function carryOut(run: Run, parts: AsyncIterable<string>): Promise<void> {
  try {
    for await (const part of parts) add(run, `data: ${JSON.stringify(part)}`);
    add(run, 'event: done\ndata: ""');
  } catch {
    add(run, 'event: failed\ndata: {"message":"The answer broke off."}');
  } finally {
    run.isOver = true;
    run.wake();
  }
}

/** Whether the run changed before it was time for a heartbeat. */
async function hasChanged({ changed }: Run): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<false>((resolve) => (timer = setTimeout(resolve, 15_000, false)));
  const isNew = await Promise.race([changed.then(() => true), late]);
  clearTimeout(timer);
  return isNew;
}

/** What came after an event, then all that comes, to the end of the run. */
async function* eventsAfter(run: Run, lastEventId: number): AsyncGenerator<string, undefined> {
  yield heartbeat;
  for (let next = lastEventId; !run.isOver || next < run.events.length;) {
    const event = run.events[next];
    if (event) next += 1;
    if (event) yield event;
    else if (!(await hasChanged(run))) yield heartbeat;
  }
  return undefined;
}

function answer(run: Run, name: string, lastEventId = 0): Response {
  const events = eventsAfter(run, lastEventId);
  const encoder = new TextEncoder();
  const body = new ReadableStream({
    async pull(controller) {
      const { done, value } = await events.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    cancel() {
      void events.return(undefined);
    },
  });
  return new Response(body, { headers: { ...headers, 'X-Run': name } });
}

/** `POST`: a run begins, and its answer is named by `X-Run`. */
export async function begin(request: Request, work: Work): Promise<Response> {
  const name = crypto.randomUUID();
  const control = new AbortController();
  const run: Run = {
    events: [],
    control,
    isOver: false,
    wake: () => undefined,
    changed: Promise.resolve(),
  };
  renew(run);
  runs.set(name, run);
  void carryOut(run, work(await request.text(), control.signal)).then(() => {
    setTimeout(() => runs.delete(name), kept);
  });
  return answer(run, name);
}

/** `GET`: what came after `Last-Event-ID`. Look first whether this user may read that run. */
export function goOn(request: Request, name: string): Response {
  const run = runs.get(name);
  if (!run) return new Response('There is no such run.', { status: 404 });
  const lastEventId = Number(request.headers.get('last-event-id') ?? 0);
  const hasAll = run.isOver && lastEventId >= run.events.length;
  return hasAll ? new Response(null, { status: 204 }) : answer(run, name, lastEventId);
}

/** `DELETE`: the work itself ends. */
export function stop(name: string): Response {
  runs.get(name)?.control.abort();
  return new Response(null, { status: 204 });
}
