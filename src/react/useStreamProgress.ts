import { useState } from 'react';
import type { StoreInternals } from '../core/connectionStore.ts';
import type { StreamError } from '../core/error.ts';
import type { RawEvent } from '../core/event.ts';
import { asker, type Ask } from '../core/report.ts';
import type { Format } from '../core/format/format.ts';
import {
  failureOf,
  ProgressFold,
  type ProgressFoldOptions,
  type ProgressValue,
} from '../core/progressFold.ts';
import { progressStateOf, type ProgressState } from '../core/progressState.ts';
import { percentOf, statusTextOf, wholePercent } from '../core/progressText.ts';
import { type StreamRequest, type StreamUrl } from '../core/request.ts';
import { describeUrl } from '../core/url.ts';
import { View, type Snapshot, type StartOverrides, type ViewHandlers } from '../core/view.ts';
import { checkProgress } from './optionTables.ts';
import { resolveStream } from './resolveStream.ts';
import type { StreamOptions, WireCallbacks } from './streamOptions.ts';
import type { ProgressOptions, ProgressProps, StreamProgress } from './streamProgress.ts';
import { useStore } from './StreamProvider.tsx';
import { useStreamView, type Remote } from './useStreamView.ts';

/** The options of the hook, their types forgotten: its signature has checked them. */
type Recipe = StreamOptions<RawEvent> &
  WireCallbacks &
  ProgressFoldOptions & {
    onError?: ((error: StreamError) => void) | undefined;
    onDone?: ((info: { lastEvent: RawEvent | null }) => void) | undefined;
  };

/** What a hook was rendered with. */
interface Rendered {
  url: StreamUrl;
  recipe: Recipe;
}

interface Context {
  store: StoreInternals;
  /** Who may share the functions of the recipe. */
  owner: object;
}

const namesOf = (recipe: Recipe): readonly string[] => [
  ...(recipe.events ?? []),
  ...[recipe.until, failureOf(recipe)].filter((name) => typeof name === 'string'),
];

function resolve(
  { url, recipe }: Rendered,
  latest: () => Rendered,
  { store, owner, overrides }: Context & { overrides?: StartOverrides | undefined },
): StreamRequest | null {
  // Who joins a download late has missed its beginning.
  const options = recipe.format === 'bytes' ? { ...recipe, share: false } : recipe;
  return resolveStream(
    { url, options, events: namesOf(recipe) },
    { store, owner, latest: () => latest().recipe },
    overrides,
  );
}

function createView(
  latest: () => Rendered,
  { store, owner, askText }: Context & { askText: Ask },
): View<ProgressValue> {
  let address = '';
  return new View({
    store,
    resolve(overrides) {
      const request = resolve(latest(), latest, { store, owner, overrides });
      address = request?.url ?? '';
      return request;
    },
    manual: latest().recipe.manual ?? false,
    needsAll: false,
    // The fold knows what comes before `until`.
    until: () => undefined,
    throttle: () => 'frame',
    fold: () =>
      new ProgressFold(() => latest().recipe, {
        clock: store.clock,
        url: () => describeUrl(address),
        askText,
      }),
  });
}

function handlersOf(recipe: Recipe): ViewHandlers<ProgressValue> {
  const { onError, onDone, onComment, onRestart } = recipe;
  return {
    onError,
    onComment,
    onRestart,
    onClose({ value: { outcome, lastEvent } }) {
      if (outcome?.status === 'done') onDone?.({ lastEvent });
      else if (outcome?.status === 'failed') onError?.(outcome.error);
    },
  };
}

function progressPropsOf({ value, step }: ProgressValue): ProgressProps {
  const range = { role: 'progressbar', 'aria-valuemin': 0, 'aria-valuemax': 100 } as const;
  const now = wholePercent(value);
  const words = now === null ? step : `${step ?? ''}: ${String(now)}%`;
  return {
    ...range,
    ...(now !== null && { 'aria-valuenow': now }),
    ...(step !== null && words !== null && { 'aria-valuetext': words }),
  };
}

function textOf(
  state: ProgressState,
  progress: ProgressValue,
  { statusText, askText }: Recipe & { askText: Ask },
): string {
  const { status } = state;
  if (status === 'idle') return '';
  if (status === 'running') return progress.runningText;
  const { value, loaded, total, remainingMs, step, message, stalled } = progress;
  const moment = { loaded, total, remainingMs, step, message, stalled };
  const reason = state.error?.message ?? null;
  return statusTextOf(
    { ...moment, status, percent: wholePercent(value), reason },
    statusText,
    askText,
  );
}

function result(
  { state: connection, value: progress }: Snapshot<ProgressValue>,
  remote: Remote<ProgressValue>,
  recipe: Recipe & { askText: Ask },
): StreamProgress {
  const { value, loaded, total, rate, remainingMs, elapsedMs } = progress;
  const { stalled, step, message, steps } = progress;
  const state = progressStateOf(connection, progress.outcome);
  return {
    ...state,
    ...{ value, percent: percentOf(value), loaded, total, rate, remainingMs, elapsedMs },
    ...{ stalled, step, message, steps },
    statusText: textOf(state, progress, recipe),
    progressProps: progressPropsOf(progress),
    start: remote.start,
    retry: remote.retry,
    cancel: remote.close,
    reset: remote.reset,
  };
}

/**
 * Shows how far a job is that reports on a stream, or a download: value, steps, speed and time left.
 *
 * A falsy `url`, or `enabled: false`, means idle. Units are never guessed, the value never goes back
 * within a run, and what is not known is null. A run that is done, failed or cancelled stays so until
 * `start()`, and its stream is closed. Options are in {@link ProgressOptions}; throws a TypeError on bad
 * ones.
 */
export function useStreamProgress<F extends Format = 'auto'>(
  url: StreamUrl,
  options?: ProgressOptions<F>,
): StreamProgress;
export function useStreamProgress(url: StreamUrl, options: object = {}): StreamProgress {
  if (__DEV__) checkProgress(options);
  const recipe = options as Recipe;
  const store = useStore();
  const [owner] = useState(() => ({}));
  const [askText] = useState(() => asker('statusText'));
  const rendered = { url, recipe };
  const request = resolve(rendered, () => rendered, { store, owner });
  const { snapshot, remote } = useStreamView({
    store,
    request,
    manual: recipe.manual,
    options: rendered,
    create: (latest) => createView(latest, { store, owner, askText }),
    handlers: handlersOf(recipe),
  });
  return result(snapshot, remote, { ...recipe, askText });
}
