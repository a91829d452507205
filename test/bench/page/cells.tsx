import { defineStream, json, useEventStream } from 'use-event-stream';
import { render } from './render.tsx';
import { until, wait, type Scene } from './scene.ts';
import { Watch } from './watch.ts';

interface Item {
  n: number;
  s: string;
}

type Book = Readonly<Record<string, number>>;

const counts = { parsed: 0, folded: 0, rendered: 0, quiet: 0 };

const book = defineStream({
  parse(data: string): Item {
    counts.parsed += 1;
    return json<Item>(data);
  },
  initial: {},
  reduce(before: Book, events) {
    counts.folded += events.length;
    const next: Record<string, number> = { ...before };
    for (const { data } of events) next[data.s] = data.n;
    return next;
  },
});

const symbols = Array.from({ length: 40 }, (_, index) => `S${String(index).padStart(2, '0')}`);

/** Counts a render; told by the components themselves, for what is never committed counts as well. */
function countRender(isQuiet: boolean): void {
  counts.rendered += 1;
  if (isQuiet) counts.quiet += 1;
}

function Cell({ url, symbol, isQuiet }: { url: string; symbol: string; isQuiet: boolean }) {
  const { data } = useEventStream(url, book, { select: (all) => all[symbol] });
  countRender(isQuiet);
  return <li>{`${symbol} ${String(data ?? '')}`}</li>;
}

function All({ url }: { url: string }) {
  const { data } = useEventStream(url, book);
  countRender(false);
  return symbols.map((symbol) => <li key={symbol}>{`${symbol} ${String(data[symbol] ?? '')}`}</li>);
}

/** Cells on one defined stream. `active` is how many of the symbols the server sends. */
export const scene: Scene = ({ contestant = '', url = '', active = '40', ms = '0' }) => ({
  async mount() {
    render(
      <ol>
        {contestant === 'one cell for all' ? (
          <All url={url} />
        ) : (
          symbols.map((symbol, index) => (
            <Cell key={symbol} url={url} symbol={symbol} isQuiet={index >= Number(active)} />
          ))
        )}
      </ol>,
    );
    await until(() => counts.folded > 0);
    await wait(500);
    return {};
  },
  async flow() {
    const before = { ...counts };
    const watch = new Watch();
    await wait(Number(ms));
    return {
      ...watch.stop(),
      parsed: counts.parsed - before.parsed,
      folded: counts.folded - before.folded,
      rendered: counts.rendered - before.rendered,
      // Rendered though nothing of theirs has come.
      needless: counts.quiet - before.quiet,
    };
  },
});
