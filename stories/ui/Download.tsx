import { useEffect, useRef, useState } from 'react';
import { useStreamProgress, type StreamProgress } from 'use-event-stream';
import type { Demo } from '../demo.tsx';
import { duration, megabytes, timeLeft } from './amounts.ts';
import { Card } from './Card.tsx';
import { errorText } from './errorText.ts';
import { JobAnnouncer, JobBadge } from './JobBadge.tsx';
import { JobBar, JobNumbers } from './JobBar.tsx';

/** A download with its bytes, its speed and the time left; what has come can then be saved. */
export function Download({ demo, query }: { demo: Demo; query: string }) {
  const file = useSavedFile();
  const download = useStreamProgress(demo.url(`/api/download${query}`), {
    format: 'bytes',
    manual: true,
    onChunk: file.take,
    onDone: file.save,
  });
  const { status } = download;
  const isBusy = ['connecting', 'running', 'reconnecting'].includes(status);
  const begin = () => {
    file.begin();
    download.start();
  };
  return (
    <Card title="readings.bin" aside={<JobBadge job={download} />}>
      <JobAnnouncer job={download} />
      <Amounts download={download} />
      <JobBar job={download} label="Download of readings.bin" />
      <div className="outcome">
        {status === 'failed' && (
          <p role="alert" className="alert">
            {errorText(download.error)}
          </p>
        )}
        {status === 'done' && file.url !== null && (
          <a href={file.url} download="readings.bin">
            Save the file ({megabytes(file.size)})
          </a>
        )}
      </div>
      <div className="toolbar">
        <button type="button" className="primary" disabled={isBusy} onClick={begin}>
          {status === 'failed' ? 'Try again' : 'Download'}
        </button>
        <button type="button" disabled={!isBusy} onClick={download.cancel}>
          Cancel
        </button>
      </div>
    </Card>
  );
}

function Amounts({ download }: { download: StreamProgress }) {
  const { loaded, total } = download;
  const known = total === null ? '' : ` of ${megabytes(total)}`;
  return (
    <JobNumbers
      job={download}
      first={loaded === null ? '' : `${megabytes(loaded)}${known}`}
      second={paceOf(download)}
    />
  );
}

function paceOf({ status, rate, remainingMs, elapsedMs }: StreamProgress): string {
  if (status === 'done') return `Took ${duration(elapsedMs)}`;
  if (status !== 'running' || rate === null) return '';
  const left = remainingMs === null ? '' : `, ${timeLeft(remainingMs)}`;
  return `${megabytes(rate)}/s${left}`;
}

/** Keeps the chunks of a download, and makes a file of them. */
function useSavedFile() {
  const chunks = useRef<Uint8Array<ArrayBuffer>[]>([]);
  const [file, setFile] = useState<{ url: string; size: number } | null>(null);
  useEffect(
    () => () => {
      if (file) URL.revokeObjectURL(file.url);
    },
    [file],
  );
  return {
    url: file?.url ?? null,
    size: file?.size ?? 0,
    begin: () => {
      chunks.current = [];
      setFile(null);
    },
    take: (chunk: Uint8Array<ArrayBuffer>) => {
      chunks.current.push(chunk);
    },
    save: () => {
      const blob = new Blob(chunks.current);
      chunks.current = [];
      setFile({ url: URL.createObjectURL(blob), size: blob.size });
    },
  };
}
