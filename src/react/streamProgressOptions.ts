import type { StreamError } from '../core/error.ts';
import type { StreamEvent } from '../core/event.ts';
import type { Format } from '../core/format/format.ts';
import type { Bytes } from '../core/format/streamFormat.ts';
import type { ProgressUpdate } from '../core/progress/progress.ts';
import type { ProgressState } from '../core/progress/progressState.ts';
import type { ProgressStep } from '../core/progress/progressSteps.ts';
import type { StatusText } from '../core/progress/progressText.ts';
import type { Wire } from './eventStreamOptions.ts';
import type { Start, SourceOptions, StreamOptions, WireCallbacks } from './streamOptions.ts';

/**
 * The options of `useStreamProgress`. The latest callbacks are called. One that throws is reported, and hurts
 * nobody.
 *
 * A run is over by what comes first: the event of `failOn`, or an update with `error`; then `until`, or an
 * update with `done`; then a full value, with `doneWhen: 'full'`; then the end of the stream. In each case the
 * stream is closed, so that the job is not run again.
 */
export interface ProgressOptions<F extends Format = 'auto'>
  extends StreamOptions, SourceOptions, WireCallbacks {
  /**
   * How the response is read: `'auto'` goes by its content type. `'bytes'` measures a download, on a connection
   * of its own. @defaultValue `'auto'`
   */
  format?: F | undefined;
  /** The names of the events that tell of progress. @defaultValue all that come */
  events?: readonly string[] | undefined;
  /** What a full `progress` is: 100 (`percent`) or 1 (`fraction`). @defaultValue `'percent'` */
  scale?: 'percent' | 'fraction' | undefined;
  /**
   * The steps that the job will take, in order. With names alone `progress` is of the whole job. If a step has
   * a
   * `weight` (its part of the whole, relative to the others; 1 by default), `progress` and `loaded` of `total`
   * are of the step. @defaultValue those that events name
   */
  steps?: readonly (string | { name: string; weight: number })[] | undefined;
  /**
   * Makes an update of an event, or `null` of one that says nothing. By default an update is JSON with the
   * fields of {@link ProgressUpdate}, or a number alone, which is `progress`; anything else is passed over.
   * @defaultValue JSON, or a number
   */
  parse?: ((data: Wire<F>, event: StreamEvent<Wire<F>>) => ProgressUpdate | null) | undefined;
  /**
   * What means that the job is done, beside `until` and an update with `done`. `'told'`: nothing else. `'full'`: a full
   * value, at once. `'closed'`: a clean end of the stream, also of a download of fewer bytes than `getTotal` has told, such
   * as for a total that is only a guess. If it is not set, a clean end means it if the value was full and there is no
   * `until`, or if all bytes of a download have come. A run that ends otherwise has failed (`incomplete`), or, if it is
   * Server-Sent Events by GET, is connected again as the standard says. EventSource cannot tell an end from a cut: there
   * it is connected again. @defaultValue depends on `until` and `format`
   */
  doneWhen?: 'told' | 'full' | 'closed' | undefined;
  /**
   * How much there is to do, by the headers of the response; `null` if they do not say. `Content-Length` counts
   * only without a `Content-Encoding`; another origin hides that header unless it exposes it. A download that
   * ends before its total has failed (`incomplete`). Not called with EventSource.
   * @defaultValue `Content-Length` with `bytes`, else none
   */
  getTotal?: ((response: Response) => number | null) | undefined;
  /** Takes each chunk of a download, in order; only with `bytes`. Another response begins again. */
  onChunk?: ((chunk: Bytes, response: Response) => void) | undefined;
  /**
   * Makes `statusText`, for other languages than English. It is called when there is something new to say,
   * never
   * while idle, and during render too: it must be pure. If it throws, English stands in. @defaultValue English
   */
  statusText?: StatusText | undefined;
  /** The connection was lost or has failed, or the job has. */
  onError?: ((error: StreamError) => void) | undefined;
  /** The job is done. It is told the `lastEvent`, the last one that said something of the job. */
  onDone?: ((info: { lastEvent: StreamEvent<Wire<F>> | null }) => void) | undefined;
}

/** What to give to an element that shows the progress: `<div {...progressProps} />`. */
export interface ProgressProps {
  role: 'progressbar';
  'aria-valuemin': 0;
  'aria-valuemax': 100;
  /** Whole percent, rounded down. Not there while it is unknown how far the job is. */
  'aria-valuenow'?: number;
  /** The step, and how far the job is. Not there if the job has no steps. */
  'aria-valuetext'?: string;
}

/** What is known of a job, and what can be done about it. */
export type StreamProgress = ProgressState & {
  /** How far the job is, from 0 to 1; null if unknown. It never goes back within a run. */
  value: number | null;
  /** The same in percent, not rounded. */
  percent: number | null;
  /** How much is done, in the job's own units, such as bytes. With weighted steps it is of the present step. */
  loaded: number | null;
  /** How much there is to do, in the same units; null if unknown. */
  total: number | null;
  /**
   * How fast it is, per second. It is in units of `loaded` if that tells how far the job is and the steps have
   * no
   * weights, else a part of the whole. It decays while nothing comes. A time in which it was unknown how far
   * the job is does not count. Null before there were two samples and one second, and when it is over.
   */
  rate: number | null;
  /**
   * How long it will take, in milliseconds; 0 when it is done, null if unknown. While nothing comes it grows by
   * the time that is waited.
   */
  remainingMs: number | null;
  /**
   * How long it has taken, in milliseconds, since the first answer or the `startedAt` of the server. If the
   * clock
   * of the page is wrong by 3 s or more, that is corrected by the `Date` of the answer, if it can be read:
   * another origin hides that header unless it exposes it.
   */
  elapsedMs: number;
  /** Connected, but nothing has moved for 10 s and four times as long as usual. */
  stalled: boolean;
  /** The step that the job is in. */
  step: string | null;
  /** What the job is doing, in the server's words. */
  message: string | null;
  /** The steps of the job: those of the option, else those that were heard of, at most 100. */
  steps: readonly ProgressStep[];
  /**
   * How the job is doing, in words for a polite live region (`<p role="status">`) that is there from the first
   * render on: "Uploading: 40%, about 2 minutes left", "reconnecting", "done", "failed: No space left". Empty
   * while idle. Another status or step shows at once, anything else at most every 5 s, so that a screen
   * reader can keep up.
   */
  statusText: string;
  /** What to give to the element that shows it: role and ARIA values. */
  progressProps: ProgressProps;
  /**
   * Begins, or begins again, with the options as they are now. `start({ url, method, body, headers })` replaces
   * these parts of the request until the next start.
   */
  start: Start;
  /**
   * Begins again with the request of the last start: what it was given, and the body (the file) and the literal
   * headers of that time; also after `reset()`. Before the first start it does what `start()` does.
   */
  retry: () => void;
  /** Stops watching, for good, and aborts the request. Only the server can cancel the job itself. */
  cancel: () => void;
  /** Stops watching and forgets the run: `idle`, until `start()`. */
  reset: () => void;
};
