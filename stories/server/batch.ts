import { eventStream, type ServerEvent } from './eventStream.ts';
import { numberParam } from './query.ts';
import { lastEventNumber, noContent } from './sequence.ts';
import { sleep } from './sleep.ts';
import type { StreamLife } from './streamBody.ts';

/** What a `progress` event of a batch carries: which of its jobs it is of, and how far that is. */
export interface BatchProgress {
  readonly job: string;
  /** Percent of that job. */
  readonly progress: number;
  /** Why that job has failed. */
  readonly error?: string;
  /** That job is done. */
  readonly done?: boolean;
}

interface Moment {
  /** Milliseconds after the start, at speed 1. */
  readonly at: number;
  readonly data: BatchProgress;
}

/** The jobs of a batch, how long each takes in seconds at speed 1, and at how many percent one fails. */
const JOBS: readonly { job: string; seconds: number; failsAt?: number }[] = [
  { job: 'holiday-001.mov', seconds: 6 },
  { job: 'holiday-002.mov', seconds: 4 },
  { job: 'holiday-003.mov', seconds: 9 },
  { job: 'interview.mkv', seconds: 10 },
  { job: 'screencast.webm', seconds: 3 },
  { job: 'drone-north.mp4', seconds: 7 },
  { job: 'drone-south.mp4', seconds: 8, failsAt: 60 },
  { job: 'timelapse.mov', seconds: 5 },
  { job: 'concert-left.mkv', seconds: 9.5 },
  { job: 'concert-right.mkv', seconds: 9.5 },
];
const STEP = 4;
const LAST_STEP = 100;

/** The names of the jobs in a batch. */
export const batchJobs: readonly string[] = JOBS.map(({ job }) => job);

const script: readonly Moment[] = JOBS.flatMap(({ job, seconds, failsAt }) => {
  const moments: Moment[] = [];
  for (let progress = 0; progress <= (failsAt ?? LAST_STEP); progress += STEP) {
    const data: BatchProgress = {
      job,
      progress,
      ...(progress === failsAt && { error: 'No audio track' }),
      ...(progress === LAST_STEP && { done: true }),
    };
    moments.push({ at: progress * seconds * 10, data });
  }
  return moments;
}).sort((a, b) => a.at - b.at);

/**
 * `GET /api/batch`: ten jobs at once, whose events say of which of them they are; 10 seconds, `?speed=` times as fast.
 * It goes on behind its `Last-Event-ID`: the jobs wait for whoever was cut off.
 */
export function batch(request: Request): Response {
  const speed = numberParam(request, 'speed', { fallback: 1, min: 0.1, max: 10_000 });
  const after = lastEventNumber(request) ?? 0;
  if (after > script.length) return noContent();
  return eventStream(request, (life) => events(after, speed, life));
}

async function* events(
  after: number,
  speed: number,
  { signal }: StreamLife,
): AsyncGenerator<ServerEvent, void, undefined> {
  const begun = script[after - 1]?.at ?? 0;
  const start = performance.now();
  for (const [index, { at, data }] of script.entries()) {
    if (index < after) continue;
    const wait = (at - begun) / speed - (performance.now() - start);
    if (wait > 0) await sleep(wait, signal);
    yield { id: String(index + 1), type: 'progress', data };
  }
  yield { id: String(script.length + 1), type: 'end', data: {} };
}
