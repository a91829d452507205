import { createRuns, type Work } from '../../src/server/index.ts';
import { textParam } from './query.ts';
import { sessionOf } from './session.ts';
import { streamResponse } from './streamResponse.ts';

const MAX_KNOWN = 1_000;
const runs = createRuns({ retry: 500 });
/** The sessions that have begun the runs. */
const sessions = new Map<string, string>();

/** Whether there is a run with an id, such as one that was asked for before a reload. */
export const isKnown = (id: string): boolean => sessions.has(id);

/** Begins a run, or goes on with that of this id; with `cutAt` the connection breaks before that event. */
export async function begin(request: Request, id: string, work: Work, cutAt?: number) {
  if (!isKnown(id)) sessions.set(id, textParam(request, 'session') ?? 'default');
  for (const oldest of sessions.keys()) {
    if (sessions.size <= MAX_KNOWN) break;
    sessions.delete(oldest);
  }
  return inSession(request, await runs.start(request, work, { id }), cutAt);
}

/** `GET /api/runs/:id`: the rest of an answer, behind `Last-Event-ID`; 204 where all of it was had. */
export async function goOn(request: Request): Promise<Response> {
  const id = idOf(request);
  const response = await runs.resume(request, id);
  const session = sessions.get(id);
  if (session === undefined) return response;
  const asked = within(session, request);
  sessionOf(asked).chat.resumed += 1;
  return inSession(asked, response);
}

/** `POST /api/runs/:id/stop` and `DELETE /api/runs/:id`: ends the writing of an answer. */
export async function stopRun(request: Request): Promise<Response> {
  const id = idOf(request);
  const session = sessions.get(id);
  if (session === undefined) return new Response(null, { status: 404 });
  sessionOf(within(session, request)).chat.stopped += 1;
  await runs.stop(id);
  return new Response(null, { status: 204 });
}

/** A stream as a part of its session: it is counted, and can be refused, cut or ended from outside. */
function inSession(request: Request, { body, status, headers }: Response, cutAt = Infinity) {
  if (!body) return new Response(null, { status, headers });
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  const leave = () => {
    reader.cancel().catch(() => undefined);
  };
  const response = streamResponse(request, {
    contentType: 'text/event-stream',
    headers: Object.fromEntries(headers),
    async *source(life) {
      life.signal.addEventListener('abort', leave);
      for (let events = 0; ;) {
        const { done, value } = await reader.read();
        if (done) return;
        events += value.match(/^id: /gm)?.length ?? 0;
        if (events >= cutAt) life.cut();
        yield value;
      }
    },
  });
  if (response.status !== 200) leave();
  return response;
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
