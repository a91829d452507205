'use client';

import { useStreamProgress } from 'use-event-stream';

/** Starts a job, and shows how far it is. */
export function Job() {
  const job = useStreamProgress(null, { manual: true, events: ['progress'], until: 'done' });
  const start = async () => {
    const response = await fetch('/api/jobs?speed=8', { method: 'POST' });
    job.start({ url: `${response.headers.get('location')}/events` });
  };
  return (
    <>
      <button onClick={start}>Start</button>
      <p data-testid="status">{job.status}</p>
      <p role="status">{job.statusText}</p>
      <div {...job.progressProps} aria-label="Export">
        {job.step}
      </div>
      {job.status === 'failed' && <p role="alert">{job.error.message}</p>}
    </>
  );
}
