import { useState, useSyncExternalStore } from 'react';
import { useStreamProgress, type ProgressUpdate, type StreamProgress } from 'use-event-stream';
import type { Demo } from '../demo.tsx';
import { batchJobs, type BatchProgress } from '../server/batch.ts';
import { duration, timeLeft } from './amounts.ts';
import { Card } from './Card.tsx';
import { errorText } from './errorText.ts';
import { JobBar } from './JobBar.tsx';

/** What an event says of one job; nothing where it is of another. */
function updateOf(name: string, data: string): ProgressUpdate | null {
  const { job, ...update } = JSON.parse(data) as BatchProgress;
  return job === name ? update : null;
}

/** Ten jobs, each with a hook of its own, on one connection: the hooks name the same stream, so they share it. */
export function JobBatch({ demo, query }: { demo: Demo; query: string }) {
  const [runs, setRuns] = useState(0);
  const open = useSyncExternalStore(
    (onChange) => demo.store.onChange(onChange),
    () => demo.store.connections().filter(({ state }) => state.status !== 'closed').length,
  );
  const url = runs === 0 ? null : demo.url(`/api/batch${query}${query ? '&' : '?'}run=${runs}`);
  return (
    <Card
      title="Ten transcodes"
      aside={
        <span className="toolbar-note">
          Open connections: <strong data-testid="open-connections">{open}</strong>
        </span>
      }
    >
      <ul className="batch" aria-label="Jobs">
        {batchJobs.map((name) => (
          <BatchJob key={name} name={name} url={url} />
        ))}
      </ul>
      <div className="toolbar">
        <button
          type="button"
          className="primary"
          disabled={open > 0}
          onClick={() => {
            setRuns((before) => before + 1);
          }}
        >
          {runs === 0 ? 'Start all' : 'Start all again'}
        </button>
      </div>
    </Card>
  );
}

function BatchJob({ name, url }: { name: string; url: string | null }) {
  const job = useStreamProgress(url, {
    events: ['progress'],
    parse: (data) => updateOf(name, data),
  });
  return (
    <li data-status={job.status}>
      <span className="batch-name">{name}</span>
      <JobBar job={job} label={name} />
      <span className="batch-percent">
        {job.percent === null ? '–' : `${Math.floor(job.percent)}%`}
      </span>
      <span className="batch-time">{timeOf(job)}</span>
      <p role="status" className="visually-hidden">
        {/* Ten that count aloud would be noise: each says only how it has come out. */}
        {(job.status === 'done' || job.status === 'failed') && `${name} ${job.statusText}`}
      </p>
    </li>
  );
}

function timeOf(job: StreamProgress): string {
  switch (job.status) {
    case 'idle':
      return 'Waiting';
    case 'connecting':
    case 'reconnecting':
      return 'Connecting';
    case 'done':
      return `Took ${duration(job.elapsedMs)}`;
    case 'failed':
      return errorText(job.error);
    case 'cancelled':
      return 'Cancelled';
    case 'running':
      return job.remainingMs === null ? '' : timeLeft(job.remainingMs);
  }
}
