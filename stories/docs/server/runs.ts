import { Hono } from 'hono';
import { createRuns } from 'use-event-stream/server';

/** Does the work of a run, and gives its parts; the signal is aborted when the user stops it. */
export type Work = (question: string, signal: AbortSignal) => AsyncIterable<string>;

/** The routes of runs that do this work. */
export function routesOf(work: Work) {
  const runs = createRuns();
  return new Hono()
    .post('/api/chat', async ({ req }) => {
      const question = await req.text();
      return runs.start(req.raw, async ({ publish, signal }) => {
        for await (const part of work(question, signal)) await publish(part);
      });
    })
    .get('/api/runs/:run', ({ req }) => runs.resume(req.raw, req.param('run')))
    .delete('/api/runs/:run', async (context) => {
      const isStopped = await runs.stop(context.req.param('run'));
      return context.body(null, isStopped ? 204 : 404);
    });
}
