const mostChanges = 10;

interface Seen {
  test: unknown;
  changes: number;
}

const seen = /* @__PURE__ */ new WeakMap<object, Seen>();

/** Warns, in development, where the filter's predicate is made again in every render of a hook. */
export function seeTest(hook: object, test: unknown): void {
  const before = seen.get(hook);
  const isSteady = test === undefined || test === before?.test;
  const changes = isSteady ? 0 : (before?.changes ?? 0) + 1;
  seen.set(hook, { test, changes });
  if (changes !== mostChanges) return;
  console.warn(
    'use-event-stream: `filter.test` is another function in every render, so that all lines are filtered again each time; keep it in a constant or in useCallback.',
  );
}
