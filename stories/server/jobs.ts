import { eventStream } from './eventStream.ts';
import { Job, type JobKind } from './job.ts';
import { flagParam, numberParam } from './query.ts';
import { watch } from './recording.ts';
import { lastEventNumber, noContent } from './sequence.ts';

const MAX_JOBS = 500;
const jobs = new Map<string, Job>();
let created = 0;

/**
 * `POST /api/jobs`: makes a job of 8 seconds, `?speed=` times as fast; with `?fail=1` it fails in the middle, with
 * `?index=1` it does not know how much there is to do before it is half through.
 */
export function createJob(request: Request): Response {
  const speed = numberParam(request, 'speed', { fallback: 1, min: 0.1, max: 10_000 });
  created += 1;
  const job = new Job(`job-${String(created)}`, { speed, kind: kindOf(request) });
  jobs.set(job.id, job);
  for (const oldest of jobs.keys()) {
    if (jobs.size <= MAX_JOBS) break;
    jobs.delete(oldest);
  }
  return Response.json(
    { id: job.id },
    { status: 201, headers: { Location: `/api/jobs/${job.id}` } },
  );
}

function kindOf(request: Request): JobKind {
  if (flagParam(request, 'fail')) return 'fails';
  return flagParam(request, 'index') ? 'index' : 'export';
}

/** `GET /api/jobs/:id`: the status of a job, how often it was run and how often its events were asked for. */
export function readJob(request: Request): Response {
  const job = jobOf(request);
  return job ? report(job) : notFound();
}

/** `DELETE /api/jobs/:id`: cancels a job that is not over. */
export function cancelJob(request: Request): Response {
  const job = jobOf(request);
  if (!job) return notFound();
  job.cancel();
  return report(job);
}

/**
 * `GET /api/jobs/:id/events`: what has happened, then what happens, behind `Last-Event-ID`; the first connect begins
 * the work. With `?rerun=1` a connect without an id to a finished job runs it again, as careless servers do.
 */
export function jobEvents(request: Request): Response {
  const job = jobOf(request);
  if (!job) return notFound();
  const after = lastEventNumber(request);
  job.watch(flagParam(request, 'rerun') && after === null);
  if (after !== null && after >= job.length) return noContent();
  return eventStream(request, (life) => watch(job, after ?? 0, life));
}

function jobOf(request: Request): Job | undefined {
  const id = /\/jobs\/([^/]+)/.exec(new URL(request.url).pathname)?.[1] ?? '';
  return jobs.get(decodeURIComponent(id));
}

function report({ id, status, runs, watched }: Job): Response {
  return Response.json({ id, status, runs, watched }, { headers: { 'Cache-Control': 'no-store' } });
}

function notFound(): Response {
  return Response.json(
    { error: 'not_found', message: 'There is no such job. POST /api/jobs makes one.' },
    { status: 404 },
  );
}
