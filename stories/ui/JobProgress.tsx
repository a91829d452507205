import { useState } from 'react';
import { useStreamProgress, type ProgressStep, type StreamProgress } from 'use-event-stream';
import type { Demo } from '../demo.tsx';
import { duration, timeLeft } from './amounts.ts';
import { Card } from './Card.tsx';
import { errorText } from './errorText.ts';
import { JobAnnouncer, JobBadge } from './JobBadge.tsx';
import { JobBar, JobNumbers } from './JobBar.tsx';

const EXPORT = ['Uploading', 'Processing', 'Optimizing', 'Complete'];

interface JobProgressProps {
  demo: Demo;
  title?: string;
  /** How the server is asked for the job. */
  query: string;
  /** How it is asked after the job has failed; default the same. */
  retryQuery?: string;
  steps?: readonly string[];
}

/** A job on the server: started by POST, watched by its events, cancelled by DELETE. */
export function JobProgress(props: JobProgressProps) {
  const { demo, title = 'Video export', query, retryQuery = query, steps = EXPORT } = props;
  const [id, setId] = useState<string | null>(null);
  const job = useStreamProgress(null, {
    manual: true,
    events: ['progress'],
    steps,
    until: 'done',
    failOn: 'failed',
  });
  const hasFailed = job.status === 'failed';
  const start = async () => {
    const created = await createJob(demo, hasFailed ? retryQuery : query);
    setId(created);
    job.start({ url: demo.url(`/api/jobs/${created}/events`) });
  };
  const cancel = async () => {
    job.cancel();
    await fetch(demo.url(`/api/jobs/${id ?? ''}`), { method: 'DELETE' });
  };
  const isBusy = ['connecting', 'running', 'reconnecting'].includes(job.status);
  return (
    <Card title={title} aside={<JobBadge job={job} />}>
      <JobAnnouncer job={job} />
      <JobFigures job={job} />
      <JobBar job={job} label={title} />
      <ol className="steps" aria-label="Steps">
        {job.steps.map((step) => (
          <Step key={step.name} step={step} isOver={job.status === 'cancelled'} />
        ))}
      </ol>
      <Message job={job} />
      <div className="toolbar">
        <button type="button" className="primary" disabled={isBusy} onClick={() => void start()}>
          {id === null ? 'Start' : hasFailed ? 'Try again' : 'Start again'}
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

async function createJob(demo: Demo, query: string): Promise<string> {
  const response = await fetch(demo.url(`/api/jobs${query}`), { method: 'POST' });
  return ((await response.json()) as { id: string }).id;
}

function Message({ job }: { job: StreamProgress }) {
  return (
    <div className="outcome">
      {job.status === 'failed' ? (
        <p role="alert" className="alert">
          {errorText(job.error)}
        </p>
      ) : (
        <p className="footnote">{job.message ?? 'Nothing has been started yet.'}</p>
      )}
    </div>
  );
}

function JobFigures({ job }: { job: StreamProgress }) {
  return (
    <JobNumbers
      job={job}
      first={timeOf(job)}
      second={job.status === 'running' && job.rate !== null ? paceOf(job, job.rate) : ''}
    />
  );
}

/** Files of which the number is known are counted; else the rate is a part of the whole. */
function paceOf({ loaded }: StreamProgress, rate: number): string {
  return loaded === null ? `${(rate * 100).toFixed(1)} %/s` : `${rate.toFixed(0)} files/s`;
}

function timeOf({ status, elapsedMs, remainingMs }: StreamProgress): string {
  switch (status) {
    case 'idle':
    case 'connecting':
      return '';
    case 'done':
      return `Took ${duration(elapsedMs)}`;
    case 'failed':
    case 'cancelled':
      return `Ended after ${duration(elapsedMs)}`;
    case 'running':
    case 'reconnecting':
      return `${duration(elapsedMs)} elapsed${remainingMs === null ? '' : `, ${timeLeft(remainingMs)}`}`;
  }
}

const STATUSES: Record<ProgressStep['status'] | 'stopped', string> = {
  pending: 'Waiting',
  running: 'In progress',
  done: 'Done',
  failed: 'Failed',
  stopped: 'Stopped',
};

/** A step with its state, and how long it has taken. */
function Step({ step, isOver }: { step: ProgressStep; isOver: boolean }) {
  const { name, startedAt, endedAt } = step;
  const status = isOver && step.status === 'running' ? 'stopped' : step.status;
  const took = startedAt === null || endedAt === null ? null : endedAt - startedAt;
  return (
    <li data-status={status} aria-current={status === 'running' ? 'step' : undefined}>
      <span className="step-name">{name}</span>{' '}
      <span className="step-status">
        {STATUSES[status]}
        {took !== null && took >= 50 && (
          <>
            {' '}
            <span className="step-time">{(took / 1_000).toFixed(1)} s</span>
          </>
        )}
      </span>
    </li>
  );
}
