import { useState } from 'react';
import { useStreamProgress } from 'use-event-stream';

/** Starts a job, and shows how far it is. */
export function Job() {
  const [url, setUrl] = useState<string | null>(null);
  const job = useStreamProgress(url, {
    events: ['progress'],
    steps: ['Uploading', 'Processing', 'Optimizing', 'Complete'],
    until: 'done',
  });
  const start = async () => {
    const response = await fetch('/api/jobs?speed=8', { method: 'POST' });
    setUrl(`${response.headers.get('location')}/events`);
  };
  return (
    <section aria-label="Job" data-status={job.status}>
      <button onClick={() => void start()}>Start</button>
      <p role="status">{job.statusText}</p>
      <div {...job.progressProps} aria-label="Export" />
      <ol>
        {job.steps.map(({ name, status }) => (
          <li key={name}>{`${name}: ${status}`}</li>
        ))}
      </ol>
    </section>
  );
}
