'use client';

/**
 * The hooks, the provider, and what they take and give.
 *
 * @module use-event-stream
 */

export * from './core/exports.ts';
export type { LogHistory } from './core/log/logOptions.ts';
export type { LogLevel } from './core/log/logLevel.ts';
export type {
  CarriageReturn,
  LogFilter,
  LogGap,
  LogInput,
  LogLine,
  LogRow,
} from './core/log/logLines.ts';
export type { LineList } from './core/log/logRows.ts';
export type { ProgressUpdate } from './core/progress/progress.ts';
export type { ProgressState } from './core/progress/progressState.ts';
export type { ProgressStep } from './core/progress/progressSteps.ts';
export type { ProgressMoment } from './core/progress/progressText.ts';
export { defineStream, type StreamDefinition } from './react/defineStream.ts';
export type {
  BufferOptions,
  Buffered,
  Folded,
  HookOptions,
  ReduceOptions,
} from './react/eventStreamOptions.ts';
export type { Controls, Start, StreamOptions } from './react/streamOptions.ts';
export type {
  ProgressOptions,
  ProgressProps,
  StreamProgress,
} from './react/streamProgressOptions.ts';
export { StreamProvider, type StreamProviderProps } from './react/StreamProvider.tsx';
export { useEventStream } from './react/useEventStream.ts';
export type { LogOptions, LogTail, LogTextOptions } from './react/logTailOptions.ts';
export { useLogTail } from './react/useLogTail.ts';
export { useSmoothText } from './react/useSmoothText.ts';
export { useStreamProgress } from './react/useStreamProgress.ts';
