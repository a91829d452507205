import { useState } from 'react';
import { useStreamProgress, type ProgressStep, type StreamProgress } from 'use-event-stream';
import type { Demo } from '../demo.tsx';
import { Card } from './Card.tsx';
import { StatusBadge } from './StatusBadge.tsx';

const STEPS = ['Uploading', 'Processing', 'Optimizing', 'Complete'];

/** A job on the server: started by POST, watched by its events, cancelled by DELETE. */
export function JobProgress({ demo, query }: { demo: Demo; query: string }) {
  const [id, setId] = useState<string | null>(null);
  const job = useStreamProgress(id && demo.url(`/api/jobs/${id}/events`), {
    events: ['progress'],
    steps: STEPS,
    until: 'done',
    errorEvent: 'failed',
  });
  const start = async () => {
    const response = await fetch(demo.url(`/api/jobs${query}`), { method: 'POST' });
    setId(((await response.json()) as { id: string }).id);
  };
  const cancel = async () => {
    await fetch(demo.url(`/api/jobs/${id ?? ''}`), { method: 'DELETE' });
    job.cancel();
  };
  const isBusy = ['connecting', 'running', 'reconnecting'].includes(job.status);
  return (
    <Card title="Video export" aside={<StatusBadge status={job.status} />}>
      <ProgressBar job={job} />
      <ol className="steps" aria-label="Steps">
        {job.steps.map((step) => (
          <Step key={step.name} step={step} />
        ))}
      </ol>
      <Message job={job} />
      <div className="toolbar">
        <button type="button" className="primary" disabled={isBusy} onClick={() => void start()}>
          {id === null ? 'Start' : 'Start again'}
        </button>
        <button type="button" disabled={!isBusy} onClick={() => void cancel()}>
          Cancel
        </button>
        <span className="toolbar-note" data-testid="job-id">
          {id}
        </span>
      </div>
    </Card>
  );
}

function Message({ job }: { job: StreamProgress }) {
  return (
    <div className="outcome">
      {job.status === 'failed' ? (
        <p role="alert" className="alert">
          {job.error.message}
        </p>
      ) : (
        <p className="footnote">{job.message ?? 'Nothing has been started yet.'}</p>
      )}
    </div>
  );
}

function ProgressBar({ job }: { job: StreamProgress }) {
  const { percent, progressProps } = job;
  return (
    <div>
      <div className="progress-figures">
        <strong>{percent === null ? '–' : `${Math.floor(percent)}%`}</strong>
        <span>{timeOf(job)}</span>
      </div>
      <div {...progressProps} aria-label="Export" className="progress" data-status={job.status}>
        <div style={{ width: `${percent ?? 0}%` }} />
      </div>
    </div>
  );
}

function timeOf({ status, elapsedMs, remainingMs }: StreamProgress): string {
  const seconds = (ms: number) => `${(ms / 1_000).toFixed(0)} s`;
  switch (status) {
    case 'idle':
    case 'connecting':
      return '';
    case 'done':
      return `Took ${seconds(elapsedMs)}`;
    case 'failed':
    case 'cancelled':
      return `Ended after ${seconds(elapsedMs)}`;
    case 'running':
    case 'reconnecting':
      return remainingMs === null
        ? `${seconds(elapsedMs)} so far`
        : `About ${seconds(remainingMs)} left`;
  }
}

const STATUSES: Record<ProgressStep['status'], string> = {
  pending: 'Waiting',
  running: 'In progress',
  done: 'Done',
  failed: 'Failed',
};

function Step({ step: { name, status } }: { step: ProgressStep }) {
  return (
    <li data-status={status} aria-current={status === 'running' ? 'step' : undefined}>
      <span className="step-name">{name}</span>{' '}
      <span className="step-status">{STATUSES[status]}</span>
    </li>
  );
}
