// Taken before a test can put a fake clock in its place.
const realTime = performance.now.bind(performance);

const manyMicrotasks = 200;

/** A task of its own: all promises that are settled have had their turn before it. No fake timer holds it up. */
export async function turn(): Promise<void> {
  // Jest's jsdom has none: more microtasks than the way of a chunk takes, for want of a task.
  if (typeof MessageChannel !== 'function') {
    for (let count = 0; count < manyMicrotasks; count++) await Promise.resolve();
    return;
  }
  await task();
}

function task(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

const pauseTime = 10;
const mostTurns = 2_000;

/** A short while of real time, for what a test's own code waits for; a number of turns where time stands still. */
export async function pause(): Promise<void> {
  const end = realTime() + pauseTime;
  for (let count = 0; count < mostTurns && realTime() < end; count++) await turn();
}
