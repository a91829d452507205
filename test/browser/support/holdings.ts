import type { Clock } from 'use-event-stream';
import { onTestFinished } from 'vitest';
import { cdp } from 'vitest/browser';
import { systemClock } from '../../../src/core/clock.ts';

/** The page's clock, sped up, that knows how much of what was scheduled has neither run nor been cancelled. */
export class CountedClock implements Clock {
  pending = 0;
  readonly #speed: number;

  /** How many milliseconds pass in one. */
  constructor(speed = 1) {
    this.#speed = speed;
  }

  now = () => systemClock.now() * this.#speed;
  random = () => systemClock.random();
  frame = (run: () => void) => this.#count(run, (done) => systemClock.frame(done));
  idle = (run: () => void) => this.#count(run, (done) => systemClock.idle(done));
  timeout = (run: () => void, ms: number) =>
    this.#count(run, (done) => systemClock.timeout(done, ms / this.#speed));

  #count(run: () => void, schedule: (run: () => void) => () => void): () => void {
    let isPending = true;
    this.pending += 1;
    const settle = () => {
      if (isPending) this.pending -= 1;
      isPending = false;
    };
    const cancel = schedule(() => {
      settle();
      run();
    });
    return () => {
      settle();
      cancel();
    };
  }
}

interface Held {
  target: EventTarget;
  type: string;
  listener: EventListenerOrEventListenerObject;
  capture: boolean;
}

/** The listeners on the targets that are added from now on and not taken away, by hand or by signal. */
export function watchListeners(...targets: readonly EventTarget[]): () => readonly string[] {
  let held: readonly Held[] = [];
  const isSame = (one: Held) => (other: Held) =>
    one.target === other.target &&
    one.type === other.type &&
    one.listener === other.listener &&
    one.capture === other.capture;
  const remove = (gone: Held) => {
    const isGone = isSame(gone);
    held = held.filter((entry) => !isGone(entry));
  };
  const captures = (options: EventListenerOptions | boolean | undefined) =>
    typeof options === 'object' ? options.capture === true : options === true;
  for (const target of targets) {
    const add = target.addEventListener.bind(target);
    const take = target.removeEventListener.bind(target);
    target.addEventListener = (type, listener, options) => {
      add(type, listener, options);
      const { signal, once } = typeof options === 'object' ? options : {};
      if (!listener || once || signal?.aborted) return;
      const entry = { target, type, listener, capture: captures(options) };
      if (!held.some(isSame(entry))) held = [...held, entry];
      signal?.addEventListener('abort', () => {
        remove(entry);
      });
    };
    target.removeEventListener = (type, listener, options) => {
      take(type, listener, options);
      if (listener) remove({ target, type, listener, capture: captures(options) });
    };
    onTestFinished(() => {
      Reflect.deleteProperty(target, 'addEventListener');
      Reflect.deleteProperty(target, 'removeEventListener');
    });
  }
  return () => held.map(({ type }) => type);
}

/** The bytes that live after a garbage collection, decoded text outside the JS heap included. */
export async function heap(): Promise<number> {
  const session = cdp();
  // What the first one finalizes, the second one frees.
  await session.send('HeapProfiler.collectGarbage');
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize, backingStorageSize } = await session.send('Runtime.getHeapUsage');
  return usedSize + backingStorageSize;
}
