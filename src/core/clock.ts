/**
 * Time, chance and frames. They are handed in so that tests own them. Each method that schedules something
 * returns the function that cancels it.
 */
export interface Clock {
  /** The time in milliseconds since the epoch. */
  now(): number;
  /** A number from 0 (included) to 1 (excluded), for jitter. */
  random(): number;
  /** Calls `run` before the next paint, or after a short while if nothing is painted. */
  frame(run: () => void): () => void;
  /** Calls `run` after `ms` milliseconds. */
  timeout(run: () => void, ms: number): () => void;
  /** Calls `run` when the page has nothing more urgent to do. */
  idle(run: () => void): () => void;
}

/** The longest time that a timer takes; a longer one overflows, and fires at once. */
export const longestTimeout = 2_147_483_647;
const hiddenFrame = 50;
// A frame asked for just before the tab was hidden would otherwise wait until it is shown again.
const lostFrame = 250;

function timeout(run: () => void, ms: number): () => void {
  const timer = setTimeout(run, Math.min(ms, longestTimeout));
  return () => {
    clearTimeout(timer);
  };
}

/** At least so often a page is drawn while there is much to do: 30 times a second, and a little more. */
const longestUndrawn = 25;
let drawnAt = 0;
// React works for 5 ms at a time, and lets others have a turn in between.
const calmTurn = 3;
const calmTurns = 4;
let watchesFrame = false;

const isHidden = () => typeof document !== 'undefined' && document.hidden;

function frame(run: () => void): () => void {
  if (typeof requestAnimationFrame !== 'function' || isHidden()) {
    return timeout(run, hiddenFrame);
  }
  const cancel = () => {
    cancelAnimationFrame(request);
    stopWaiting();
  };
  const fire = () => {
    cancel();
    drawnAt = Date.now();
    run();
  };
  const request = requestAnimationFrame(fire);
  const stopWaiting = timeout(fire, lostFrame);
  return cancel;
}

interface BackgroundScheduler {
  postTask(
    run: () => void,
    options: { priority: 'background'; signal: AbortSignal },
  ): Promise<unknown>;
}

/** Calls `run` when a few tasks in a row have come at once: until then something else has the page, such as React. */
function quiet(run: () => void): () => void {
  const { port1, port2 } = new MessageChannel();
  let calm = 0;
  let posted = performance.now();
  port1.onmessage = () => {
    const now = performance.now();
    calm = now - posted > calmTurn ? 0 : calm + 1;
    posted = now;
    if (calm < calmTurns) port2.postMessage(null);
    else {
      port1.close();
      run();
    }
  };
  port2.postMessage(null);
  return () => {
    port1.close();
  };
}

/** Calls `run` in a task behind all others. */
function background(run: () => void): () => void {
  const { scheduler } = globalThis as { scheduler?: BackgroundScheduler };
  if (typeof scheduler?.postTask !== 'function') return quiet(run);
  const control = new AbortController();
  // The promise rejects when the task is cancelled: that is the caller's own doing.
  scheduler.postTask(run, { priority: 'background', signal: control.signal }).catch(() => null);
  return () => {
    control.abort();
  };
}

function idle(run: () => void): () => void {
  // A hidden page paints nothing that would have to be waited for, a worker none at all, and jsdom has no tasks.
  const draws = typeof requestAnimationFrame === 'function' && typeof document !== 'undefined';
  if (!draws || isHidden() || typeof MessageChannel !== 'function') return task(run);
  if (!watchesFrame) {
    watchesFrame = true;
    requestAnimationFrame(() => {
      watchesFrame = false;
      drawnAt = Date.now();
    });
  }
  // Firefox runs background tasks before it draws.
  let cancel = background(() => {
    if (Math.abs(Date.now() - drawnAt) < longestUndrawn) run();
    else cancel = frame(() => (cancel = task(run)));
  });
  return () => {
    cancel();
  };
}

function soon(run: () => void): () => void {
  let isCancelled = false;
  void Promise.resolve().then(() => {
    if (!isCancelled) run();
  });
  return () => {
    isCancelled = true;
  };
}

/** Calls `run` in a task of its own, after what the browser has queued; unlike a timer never throttled. */
export function task(run: () => void): () => void {
  // jsdom has none: there the microtask will do, for no timer of a test holds it up.
  if (typeof MessageChannel !== 'function') return soon(run);
  const { port1, port2 } = new MessageChannel();
  const close = () => {
    port1.close();
  };
  port1.onmessage = () => {
    close();
    run();
  };
  port2.postMessage(null);
  return close;
}

/** The clock of the page or process. */
export const systemClock: Clock = {
  now: () => Date.now(),
  random: () => Math.random(),
  frame,
  timeout,
  idle,
};
