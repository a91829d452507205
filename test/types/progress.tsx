/** Jobs and downloads. */
import { useRef } from 'react';
import {
  useStreamProgress,
  type ProgressMoment,
  type ProgressOptions,
  type ProgressStep,
  type ProgressUpdate,
  type StreamError,
  type StreamEvent,
  type StreamProgress,
} from 'use-event-stream';
import { typeOf } from './equal.ts';

export function useStatusNarrowing() {
  const { status, error, retryAt, value } = useStreamProgress('/job');
  typeOf(value).is<number | null>();
  if (status === 'failed') return error.message;
  if (status === 'reconnecting') {
    typeOf(retryAt).is<number | null>();
    return error?.message;
  }
  typeOf(status).is<'idle' | 'connecting' | 'running' | 'done' | 'cancelled'>();
  typeOf(error).is<null>();
  return null;
}

export function Download({ url }: { url: string }) {
  const parts = useRef<Uint8Array<ArrayBuffer>[]>([]);
  const download = useStreamProgress(url, {
    format: 'bytes',
    manual: true,
    onChunk: (chunk) => {
      parts.current.push(chunk);
    },
    onDone: () => {
      location.assign(URL.createObjectURL(new Blob(parts.current)));
    },
  });
  const begin = () => {
    parts.current = [];
    download.start();
  };
  return (
    <>
      <button onClick={begin}>Download</button>
      <div {...download.progressProps} />
      {download.remainingMs !== null && <span>{Math.ceil(download.remainingMs / 1000)} s</span>}
    </>
  );
}

export function useOwnFields() {
  return useStreamProgress('/job', {
    events: ['progress'],
    failOn: ({ type, data }) => type === 'job-error' && data !== '',
    scale: 'fraction',
    parse(data): ProgressUpdate | null {
      typeOf(data).is<string>();
      return data === '' ? null : { progress: Number(data), message: undefined };
    },
    getTotal: (response) => Number(response.headers.get('x-total')),
    doneWhen: 'full',
    onDone({ lastEvent }) {
      typeOf(lastEvent).is<StreamEvent | null>();
    },
    onError(error) {
      typeOf(error).is<StreamError>();
    },
  }).percent;
}

export function useWeights() {
  const { steps } = useStreamProgress('/job', { steps: ['build', { name: 'deploy', weight: 3 }] });
  typeOf(steps).is<readonly ProgressStep[]>();
  return steps.find(({ status }) => status === 'running')?.name;
}

const inGerman = ({ status, step, percent }: ProgressMoment) =>
  status === 'done' ? 'fertig' : `${step ?? ''} ${String(percent ?? 0)} %`;

export function useOtherLanguage() {
  const { statusText } = useStreamProgress('/job', { statusText: inGerman });
  typeOf(statusText).is<string>();
  return useStreamProgress('/job', {
    statusText({ status, reason }) {
      // @ts-expect-error there is nothing to say while idle
      return status === 'idle' ? '' : (reason ?? status);
    },
  }).statusText;
}

export function useMistakes() {
  // @ts-expect-error a text is one
  useStreamProgress('/job', { statusText: () => 3 });
  // @ts-expect-error units are never guessed, and there is no such one
  useStreamProgress('/job', { scale: 'permille' });
  // @ts-expect-error a step has a name
  useStreamProgress('/job', { steps: [{ weight: 3 }] });
  // @ts-expect-error a job's events are kept by useEventStream
  useStreamProgress('/job', { maxEvents: 3 });
  // @ts-expect-error the fields of an update are known
  useStreamProgress('/job', { parse: () => ({ percent: 25 }) });
}

const options: ProgressOptions = { until: 'done' };

/** The result is nameable, so that a component can take it as a property. */
export function Bar({ progressProps, step, cancel }: StreamProgress) {
  return (
    <div {...progressProps} onClick={cancel}>
      {step}
    </div>
  );
}

export function BarOf({ url }: { url: string | null }) {
  return <Bar {...useStreamProgress(url, options)} />;
}
