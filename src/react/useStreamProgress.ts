import type { StreamError } from '../core/error.ts';
import type { RawEvent } from '../core/event.ts';
import type { Ask } from '../core/report.ts';
import type { Format } from '../core/format/format.ts';
import {
  failureOf,
  ProgressAccumulator,
  type ProgressAccumulatorOptions,
  type ProgressValue,
} from '../core/progress/progressAccumulator.ts';
import { progressStateOf, type ProgressState } from '../core/progress/progressState.ts';
import { percentOf, statusTextOf, wholePercent } from '../core/progress/progressText.ts';
import type { StreamUrl } from '../core/request/requestOptions.ts';
import type { Snapshot, ObserverCallbacks } from '../core/observer/snapshot.ts';
import type { Controller } from './controller.ts';
import { checkProgress } from './optionTables.ts';
import type { SourceOptions, StreamOptions, WireCallbacks } from './streamOptions.ts';
import type { ProgressOptions, ProgressProps, StreamProgress } from './streamProgressOptions.ts';
import { useStream, type StreamKind } from './useStream.ts';

/** The options of the hook, their types forgotten: its signature has checked them. */
type Recipe = StreamOptions<RawEvent> &
  SourceOptions &
  WireCallbacks &
  ProgressAccumulatorOptions & {
    onError?: ((error: StreamError) => void) | undefined;
    onDone?: ((info: { lastEvent: RawEvent | null }) => void) | undefined;
  };

const job: StreamKind<Recipe, ProgressValue, ProgressAccumulator> = {
  names: (recipe) => [...(recipe.events ?? []), recipe.until, failureOf(recipe)],
  // Who joins a download late has missed its beginning.
  wire: ({ format, share }) => ({ share: format === 'bytes' ? false : share }),
  accumulator: ({ options, clock, url }) => new ProgressAccumulator(options, { clock, url }),
};

function handlersOf(recipe: Recipe): ObserverCallbacks<ProgressValue> {
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
  controller: Controller<ProgressValue>,
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
    start: controller.start,
    retry: controller.retry,
    cancel: controller.close,
    reset: controller.reset,
  };
}

/**
 * Shows how far a job is that reports on a stream, or a download: value, steps, speed and time left.
 *
 * A falsy `url`, or `enabled: false`, means idle. Units are never guessed, the value never goes back within a
 * run, and what is not known is null. A run that is done, failed or cancelled stays so until `start()`, and its
 * stream is closed. The options are in {@link ProgressOptions}.
 *
 * @example
 * ```tsx
 * import { useStreamProgress } from 'use-event-stream';
 *
 * export function Job({ id }: { id: string }) {
 *   const job = useStreamProgress(`/api/jobs/${id}/events`, { until: 'done' });
 *   if (job.status === 'failed') return <p role="alert">{job.error.reason ?? 'The job failed.'}</p>;
 *   return <div {...job.progressProps}>{job.step}</div>;
 * }
 * ```
 *
 * @throws A `TypeError`, while rendering, on a url that does not parse or has a password in it, and on headers
 * that HTTP does not allow. In development also on every other bad option; in production what can never be
 * sent has then `failed` (`aborted`).
 */
export function useStreamProgress<F extends Format = 'auto'>(
  url: StreamUrl,
  options?: ProgressOptions<F>,
): StreamProgress;
export function useStreamProgress(url: StreamUrl, options: object = {}): StreamProgress {
  if (__DEV__) checkProgress(options);
  const recipe = options as Recipe;
  const { snapshot, controller, observer } = useStream({
    url,
    options: recipe,
    kind: job,
    handlers: handlersOf(recipe),
  });
  return result(snapshot, controller, { ...recipe, askText: observer.accumulator.askText });
}
