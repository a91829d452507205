import { useState, type ReactNode } from 'react';
import {
  json,
  StreamProvider,
  useEventStream,
  useLogTail,
  useStreamProgress,
  type LogInput,
} from 'use-event-stream';
import { Demo } from '../demo.tsx';
import { Sparkline } from '../ui/Sparkline.tsx';
import { WhileVisible } from '../ui/WhileVisible.tsx';
import { useClosed } from './useClosed.ts';

interface Price {
  symbol: string;
  price: number;
}

/** The three hooks, each with the least that it can show. */
export function Minis() {
  const [demo] = useState(() => new Demo(false));
  useClosed(demo.store);
  return (
    <WhileVisible onVisible={demo.page.show}>
      <StreamProvider store={demo.store}>
        <ul className="minis sb-unstyled skip-toc">
          <Mini hook="useEventStream" says="Events, or what a reducer makes of them.">
            <MiniPrice url={demo.url('/api/prices?rate=8')} />
          </Mini>
          <Mini
            hook="useStreamProgress"
            says="How far a job or a download is, and how long it takes."
          >
            <MiniJob demo={demo} />
          </Mini>
          <Mini hook="useLogTail" says="The end of a log: levels, filter, pause, follow.">
            <MiniLog url={demo.url('/api/logs?format=json&rate=2')} />
          </Mini>
        </ul>
      </StreamProvider>
    </WhileVisible>
  );
}

function Mini({ hook, says, children }: { hook: string; says: string; children: ReactNode }) {
  return (
    <li>
      <div className="mini">{children}</div>
      <p>
        <a href={`?path=/docs/${hook.toLowerCase()}--docs`} target="_top">
          {hook}
        </a>
        {says}
      </p>
    </li>
  );
}

function MiniPrice({ url }: { url: string }) {
  const { data } = useEventStream(url, {
    events: { price: json<Price> },
    initial: [] as readonly number[],
    reduce: (prices, events) =>
      [
        ...prices,
        ...events.flatMap(({ data: { symbol, price } }) => (symbol === 'ACME' ? price : [])),
      ].slice(-30),
  });
  return (
    <>
      <strong>{data.at(-1)?.toFixed(2) ?? '–'}</strong>
      <Sparkline values={data} capacity={30} />
    </>
  );
}

function MiniJob({ demo }: { demo: Demo }) {
  const job = useStreamProgress(null, { manual: true, events: ['progress'], until: 'done' });
  const start = async () => {
    const response = await fetch(demo.url('/api/jobs?speed=2'), { method: 'POST' });
    const { id } = (await response.json()) as { id: string };
    job.start({ url: demo.url(`/api/jobs/${id}/events`) });
  };
  const isBusy = ['connecting', 'running', 'reconnecting'].includes(job.status);
  return (
    <>
      <strong>{`${Math.round(job.percent ?? 0)}%`}</strong>
      <div className="mini-bar" aria-label="Export" {...job.progressProps}>
        <div style={{ width: `${job.percent ?? 0}%` }} />
      </div>
      <button type="button" disabled={isBusy} onClick={() => void start()}>
        {isBusy ? 'Exporting …' : 'Export'}
      </button>
    </>
  );
}

function MiniLog({ url }: { url: string }) {
  const { lines } = useLogTail(url, { events: ['log'], parse: json<LogInput>, stripAnsi: true });
  return (
    <ol>
      {lines.slice(-5).map((line) => (
        <li key={line.id} data-level={line.kind === 'line' ? line.level : line.kind}>
          {line.text}
        </li>
      ))}
    </ol>
  );
}
