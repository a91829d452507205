interface Observer<T> {
  onData: (value: T) => void;
  onError: (error: unknown) => void;
  onComplete: () => void;
}

type Subscribe<T> = (observer: Observer<T>) => { unsubscribe: () => void };

/** Yields what an observer is given, until it is complete or the signal is aborted. */
export async function* fromObservable<T>(
  subscribe: Subscribe<T>,
  signal: AbortSignal,
): AsyncGenerator<T> {
  const waiting: T[] = [];
  let isOver = false;
  let failures: readonly unknown[] = [];
  let wake = () => {};
  const end = () => {
    isOver = true;
    wake();
  };
  const subscription = subscribe({
    onData(value) {
      waiting.push(value);
      wake();
    },
    onError(error) {
      failures = [error];
      end();
    },
    onComplete: end,
  });
  signal.addEventListener('abort', end);
  const next = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
      if (isOver || waiting.length > 0) resolve();
    });
  const goesOn = () => !isOver || waiting.length > 0;
  try {
    while (goesOn()) {
      yield* waiting.splice(0);
      await next();
    }
    for (const error of failures) throw error;
  } finally {
    signal.removeEventListener('abort', end);
    subscription.unsubscribe();
  }
}
