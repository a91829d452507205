import { createRuns } from 'use-event-stream/server';

const runs = createRuns({ keep: 10 * 60_000 });

/** The data of one event after the other; the last is `[DONE]`. The signal is aborted when the user stops it. */
export type Write = (signal: AbortSignal) => AsyncIterable<string>;

/** Answers with the stream of a run, which is begun if there is none with this id, and goes on without its reader. */
export const begin = (id: string, request: Request, write: Write): Promise<Response> =>
  runs.start(
    request,
    async ({ publish, signal }) => {
      for await (const data of write(signal)) await publish(data);
    },
    { id },
  );

/** What of a run came after `Last-Event-ID`, then all that comes; 204 where all of it was had, 404 where there is none. */
export const follow = (id: string, request: Request): Promise<Response> => runs.resume(request, id);

/** Ends a run: nothing is written any more, for nobody. */
export async function stop(id: string): Promise<Response> {
  await runs.stop(id);
  return new Response(null, { status: 204 });
}
