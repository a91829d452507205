import { QueryClientProvider } from '@tanstack/react-query';
import { contestants, queryClient } from './contestants.tsx';
import { render } from './render.tsx';
import { now, p95, until, type Scene } from './scene.ts';
import { Watch } from './watch.ts';

const numberOf = (text: string) => Number(text.slice(5, 12)) - 1_000_000;
const sentAt = (text: string) => Number(text.slice(17, 34));

/** What the page has been told of, and what it has shown. */
class Tally {
  handled = 0;
  newest = -1;
  readonly lags: number[] = [];

  readonly onEvent = (): void => {
    this.handled += 1;
  };

  readonly onShown = (text: string): void => {
    this.newest = numberOf(text);
    this.lags.push(now() - sentAt(text));
  };

  isShown(n: number): boolean {
    return this.newest >= n - 1;
  }
}

/** From the mount until the last event is shown, or until the time is up. */
async function show(tally: Tally, mount: () => void, bounds: { count: number; limit: number }) {
  const begin = performance.now();
  mount();
  await until(() => tally.newest >= 0, bounds.limit);
  const watch = new Watch();
  await until(() => tally.isShown(bounds.count), bounds.limit);
  const seen = watch.stop();
  const ms = performance.now() - begin;
  const shown = tally.newest + 1;
  return {
    ...seen,
    ms,
    handled: tally.handled,
    shown,
    lag: p95(tally.lags),
    perSecond: (shown * 1_000) / ms,
  };
}

/** A page that shows the last hundred events. */
export const scene: Scene = (params) => {
  const { contestant = '', count = '0', url = '', limit = '60000', first = '0' } = params;
  const Shown = contestants[contestant];
  if (!Shown) throw new Error(`There is no contestant named ${contestant}.`);
  const tally = new Tally();
  const mount = () => {
    render(
      <QueryClientProvider client={queryClient}>
        <Shown url={url} onEvent={tally.onEvent} onShown={tally.onShown} />
      </QueryClientProvider>,
    );
  };
  return {
    show: () => show(tally, mount, { count: Number(count), limit: Number(limit) }),
    /** The first events of a longer stream. */
    async begin() {
      mount();
      await until(() => tally.isShown(Number(first)));
      return {};
    },
    /** The rest of it. */
    async rest() {
      await until(() => tally.isShown(Number(count)), Number(limit));
      return { handled: tally.handled, shown: tally.newest + 1 };
    },
  };
};
