import type { Metrics } from '../chromium.ts';

declare global {
  /** Counted by the global hook of React's DevTools, in the page itself. */
  var commits: number;
}

const frameTime = 1_000 / 60;

/** Watches how the page fares: commits, frames and long tasks. */
export class Watch {
  readonly #observer: PerformanceObserver;
  readonly #gaps: number[] = [];
  readonly #commits = globalThis.commits;
  readonly #begin = performance.now();
  #longTasks: number[] = [];
  #frame = 0;

  constructor() {
    this.#observer = new PerformanceObserver((list) => {
      this.#longTasks.push(...list.getEntries().map(({ duration }) => duration));
    });
    this.#observer.observe({ type: 'longtask' });
    let last = this.#begin;
    const onFrame = () => {
      const time = performance.now();
      this.#gaps.push(time - last);
      last = time;
      this.#frame = requestAnimationFrame(onFrame);
    };
    this.#frame = requestAnimationFrame(onFrame);
  }

  stop(): Metrics {
    cancelAnimationFrame(this.#frame);
    for (const { duration } of this.#observer.takeRecords()) this.#longTasks.push(duration);
    this.#observer.disconnect();
    const ms = performance.now() - this.#begin;
    const commits = globalThis.commits - this.#commits;
    const dropped = this.#gaps.map((gap) => Math.max(0, Math.round(gap / frameTime) - 1));
    return {
      ms,
      commits,
      frames: this.#gaps.length,
      commitsPerFrame: commits / this.#gaps.length,
      commitsPerSecond: (commits * 1_000) / ms,
      dropped: dropped.reduce((sum, each) => sum + each, 0),
      worstFrame: Math.max(...this.#gaps),
      longTasks: this.#longTasks.length,
      longestTask: Math.max(0, ...this.#longTasks),
    };
  }
}
