import { eventStream, type ServerEvent } from './eventStream.ts';
import { textParam } from './query.ts';
import { watch } from './recording.ts';
import type { Run } from './run.ts';
import { lastEventNumber, noContent } from './sequence.ts';
import { sessionOf } from './session.ts';

const MAX_RUNS = 200;
const MAX_FORGOTTEN = 1_000;
const runs = new Map<string, { readonly run: Run; readonly session: string }>();
const forgotten = new Set<string>();

/** The run with an id, such as one that was asked for before a reload. */
export const knownRun = (id: string): Run | undefined => runs.get(id)?.run;

/** Keeps a run with the session that has begun it, and forgets the oldest. */
export function keepRun(run: Run, request: Request): void {
  runs.set(run.id, { run, session: textParam(request, 'session') ?? 'default' });
  for (const oldest of runs.keys()) {
    if (runs.size <= MAX_RUNS) break;
    runs.delete(oldest);
    forgotten.add(oldest);
  }
  for (const oldest of forgotten) {
    if (forgotten.size <= MAX_FORGOTTEN) break;
    forgotten.delete(oldest);
  }
}

/** Streams an answer behind event `after`; with `cutAt` the connection breaks before that event. */
export function runStream(request: Request, run: Run, after: number, cutAt = Infinity): Response {
  return eventStream(
    request,
    async function* (life): AsyncGenerator<ServerEvent, void, undefined> {
      for await (const event of watch(run, after, life)) {
        if (Number(event.id) >= cutAt) life.cut();
        yield event;
      }
    },
    { 'X-Run': run.id },
  );
}

/** `GET /api/runs/:id`: the rest of an answer, behind `Last-Event-ID`; 204 where all of it was had. */
export function goOn(request: Request): Response {
  const kept = runs.get(idOf(request));
  if (!kept) return gone(request);
  const asked = within(kept.session, request);
  sessionOf(asked).chat.resumed += 1;
  const after = lastEventNumber(asked) ?? 0;
  return after >= kept.run.length ? noContent() : runStream(asked, kept.run, after);
}

/** `POST /api/runs/:id/stop` and `DELETE /api/runs/:id`: ends the writing of an answer. */
export function stopRun(request: Request): Response {
  const kept = runs.get(idOf(request));
  if (!kept) return gone(request);
  sessionOf(within(kept.session, request)).chat.stopped += 1;
  kept.run.stop();
  return noContent();
}

const idOf = (request: Request): string =>
  /\/runs\/([^/]+)/.exec(new URL(request.url).pathname)?.[1] ?? '';

/** The request as one of the session that has begun the run, so that the address of a run is its id alone. */
function within(session: string, request: Request): Request {
  const url = new URL(request.url);
  url.searchParams.set('session', session);
  const { headers, signal } = request;
  return new Request(url, { headers, signal });
}

/** There is no such run, or it is so old that it was forgotten. */
function gone(request: Request): Response {
  return forgotten.has(idOf(request))
    ? Response.json({ message: 'The answer is no longer kept.' }, { status: 410 })
    : Response.json({ message: 'There is no such answer.' }, { status: 404 });
}
