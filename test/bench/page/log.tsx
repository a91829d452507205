import { useEffect, useLayoutEffect, useState, type ReactNode } from 'react';
import { useLogTail } from 'use-event-stream';
import { render } from './render.tsx';
import { until, wait, type Scene } from './scene.ts';
import { Watch } from './watch.ts';

interface Task {
  url: string;
  /** The address of what the log had before; none where it is empty. */
  history: string | undefined;
  /** How many lines to keep. */
  retained: number;
  /** To be called after every commit, with the text of the newest line. */
  onShown: (newest: string) => void;
}

const rowHeight = 16;
const viewHeight = 640;

/** The rows in sight of a list at its end; all rows have one height, so that no library is measured too. */
function Rows(props: { length: number; at: (index: number) => string; onShown: Task['onShown'] }) {
  const { length, at, onShown } = props;
  const inSight = Math.min(length, viewHeight / rowHeight);
  const first = length - inSight;
  const newest = length > 0 ? at(length - 1) : '';
  useLayoutEffect(() => {
    if (newest !== '') onShown(newest);
  }, [newest, onShown]);
  return (
    <div style={{ height: length * rowHeight, position: 'relative', font: '11px/16px monospace' }}>
      {Array.from({ length: inSight }, (_, row) => (
        <div
          key={row}
          style={{ position: 'absolute', top: (first + row) * rowHeight, height: rowHeight }}
        >
          {at(first + row)}
        </div>
      ))}
    </div>
  );
}

/** Calls `take` with the whole lines of each chunk. */
async function readLines(url: string, take: (lines: string[]) => void, signal: AbortSignal) {
  const { body } = await fetch(url, { signal });
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) {
    const lines = (rest + read.value).split('\n');
    rest = lines.pop() ?? '';
    take(lines);
  }
}

/** The lines of a response that ends. */
async function linesOf(url: string, signal?: AbortSignal): Promise<string[]> {
  const response = await fetch(url, { signal: signal ?? null });
  return (await response.text()).trimEnd().split('\n');
}

function LogTail({ url, history, retained, onShown }: Task) {
  const { lines } = useLogTail(url, {
    format: 'lines',
    maxLines: retained,
    maxBytes: 1e9,
    history: history && (async (signal) => ({ lines: await linesOf(history, signal) })),
  });
  const textAt = (index: number) => lines.at(index)?.text ?? '';
  return <Rows length={lines.length} at={textAt} onShown={onShown} />;
}

function SetStatePerChunk({ url, history, retained, onShown }: Task) {
  const [lines, setLines] = useState<readonly string[]>([]);
  useEffect(() => {
    const controller = new AbortController();
    const take = (more: string[]) => {
      setLines((before) => [...before, ...more].slice(-retained));
    };
    const { signal } = controller;
    const read = async () => {
      if (history !== undefined) take(await linesOf(history, signal));
      await readLines(url, take, signal);
    };
    read().catch(() => null);
    return () => {
      controller.abort();
    };
  }, [url, history, retained]);
  return <Rows length={lines.length} at={(index) => lines[index] ?? ''} onShown={onShown} />;
}

/** The least that lines can take: each a text of its own, and not a piece of the response. */
function ArrayOfTexts({ url, onShown }: Task) {
  const [lines, setLines] = useState<readonly string[]>([]);
  useEffect(() => {
    void linesOf(url).then((all) => {
      setLines(JSON.parse(JSON.stringify(all)) as string[]);
    });
  }, [url]);
  return <Rows length={lines.length} at={(index) => lines[index] ?? ''} onShown={onShown} />;
}

const contestants: Readonly<Record<string, (task: Task) => ReactNode>> = {
  useLogTail: LogTail,
  'setState per chunk': SetStatePerChunk,
  'array of the same texts': ArrayOfTexts,
};

const numberOf = (line: string) => Number(line.slice(18, 25)) - 1_000_000;

/** A page that shows the end of a log. */
export const scene: Scene = (params) => {
  const { contestant = '', url = '', history, retained = '0', first = '0', ms = '0' } = params;
  const Shown = contestants[contestant];
  if (!Shown) throw new Error(`There is no contestant named ${contestant}.`);
  let newest = 0;
  const onShown = (line: string) => {
    newest = numberOf(line);
  };
  return {
    /** Until so many lines are kept as are to be kept. */
    async fill() {
      render(
        <div style={{ height: viewHeight, overflow: 'hidden' }}>
          <Shown url={url} history={history} retained={Number(retained)} onShown={onShown} />
        </div>,
      );
      await until(() => newest >= Number(first));
      await wait(500);
      return {};
    },
    /** A while with lines coming at their rate. */
    async flow() {
      const before = newest;
      const watch = new Watch();
      await wait(Number(ms));
      return { ...watch.stop(), lines: newest - before };
    },
  };
};
