import type {
  ProgressOptions,
  ProgressUpdate,
  StreamOptions,
  StreamProgress,
} from 'use-event-stream';
import type { Rows } from './field.ts';
import { wireFields } from './requestFields.ts';

/** What `useStreamProgress` takes beside the options of all hooks. */
export const streamProgressFields = {
  events: {
    type: 'string[]',
    otherwise: 'all that come',
    meaning: 'The names of the events that tell of progress.',
  },
  scale: {
    type: "'percent' | 'fraction'",
    otherwise: '`percent`',
    meaning: 'What a full `progress` is: 100, or 1.',
  },
  steps: {
    type: '(string | { name: string; weight: number })[]',
    otherwise: 'those that events name',
    meaning:
      'The steps that the job will take, in order. Names alone: `progress` is of the whole job. With a `weight` (its part of the whole, relative to the others): `progress` and `loaded` of `total` are of the step.',
  },
  parse: {
    type: '(data, event) => ProgressUpdate | null',
    otherwise: 'JSON, or a number',
    meaning:
      'Makes an update of an event, or `null` of one that says nothing. By default JSON with the fields of an update, or a number alone, which is `progress`.',
  },
  completeOnFull: {
    type: 'boolean',
    otherwise: 'depends',
    meaning:
      '`true`: the job is done as soon as the value is full. `false`: a full value means nothing. Default: without `until`, a job that was full when its stream ended cleanly is done.',
  },
  closeMeansDone: {
    type: 'boolean',
    otherwise: '`true` with `bytes`, else `false`',
    meaning:
      '`true`: a stream that ends cleanly has done its job. `false`: such a run has failed (`incomplete`), or, where it is Server-Sent Events by GET, is connected again. Default: with `bytes` `true`, unless fewer bytes came than `getTotal` has told.',
  },
  format: {
    type: "'auto' | 'sse' | 'ndjson' | 'lines' | 'text' | 'bytes' | StreamFormat",
    otherwise: '`auto`',
    meaning: 'How the response is read. `bytes` measures a download, on a connection of its own.',
  },
  getTotal: {
    type: '(response: Response) => number | null',
    otherwise: 'with `bytes` `Content-Length`',
    meaning:
      'How much there is to do, by the headers of the response. `Content-Length` counts only without a `Content-Encoding`. A download that ends before that has failed. Not called with EventSource.',
  },
  onChunk: {
    type: '(chunk: Uint8Array, response: Response) => void',
    otherwise: 'none',
    meaning:
      'Takes each chunk of a download, in order; only with `bytes`. Another response begins again.',
  },
  statusText: {
    type: '(moment: ProgressMoment) => string',
    otherwise: 'English',
    meaning: 'Makes `statusText`, for other languages. It must be pure.',
  },
  onError: {
    type: '(error: StreamError) => void',
    otherwise: 'none',
    meaning: 'The connection was lost or has failed, or the job has.',
  },
  onDone: {
    type: '({ lastEvent }) => void',
    otherwise: 'none',
    meaning: 'The job is done; `lastEvent` is the last that said something of it.',
  },
  ...wireFields,
} satisfies Rows<Exclude<keyof ProgressOptions, keyof StreamOptions>>;

/** What `useStreamProgress` returns. */
export const streamProgressResult = {
  status: {
    type: "'idle' | 'connecting' | 'running' | 'reconnecting' | 'done' | 'failed' | 'cancelled'",
    meaning: 'How the job, or its stream, is doing. It tells the members of the union apart.',
  },
  error: {
    type: 'StreamError | null',
    meaning:
      'Why it has `failed`: the job (`job`), an early end (`incomplete`) or the connection; or why it is `reconnecting`.',
  },
  retryAt: {
    type: 'number | null',
    meaning: 'While `reconnecting`: when the next try comes, in milliseconds since the epoch.',
  },
  value: {
    type: 'number | null',
    meaning:
      'How far the job is, from 0 to 1; `null` where unknown. It never goes back within a run.',
  },
  percent: { type: 'number | null', meaning: 'The same in percent, not rounded.' },
  loaded: {
    type: 'number | null',
    meaning: "How much is done, in the job's own units; with weighted steps of the present step.",
  },
  total: {
    type: 'number | null',
    meaning: 'How much there is to do, in the same units; `null` where unknown.',
  },
  rate: {
    type: 'number | null',
    meaning:
      'How fast it is, per second: in units of `loaded` where that tells how far the job is, else as a part of the whole. A time in which that was unknown does not count. `null` before there were two samples and one second, and when it is over.',
  },
  remainingMs: {
    type: 'number | null',
    meaning: 'How long it will take; 0 when it is done, `null` where unknown.',
  },
  elapsedMs: {
    type: 'number',
    meaning:
      "How long it has taken, since the first answer or the server's `startedAt`. Where the page's clock is wrong by 3 s or more, that is corrected by the answer's `Date`, if it can be read.",
  },
  stalled: {
    type: 'boolean',
    meaning: 'Connected, but nothing has moved for 10 s and four times as long as usual.',
  },
  step: { type: 'string | null', meaning: 'The step that the job is in.' },
  message: { type: 'string | null', meaning: "What the job is doing, in the server's words." },
  steps: {
    type: 'readonly ProgressStep[]',
    meaning:
      'The steps with `name`, `weight`, `status`, `value`, `startedAt` and `endedAt`: those of the option, or else those that were heard of, at most 100.',
  },
  statusText: {
    type: 'string',
    meaning:
      'How the job is doing, in words for a polite live region. Another status or step shows at once, anything else at most every 5 s. Empty while idle.',
  },
  progressProps: {
    type: 'ProgressProps',
    meaning: 'What to give to the element that shows it: role and ARIA values.',
  },
  start: {
    type: '(overrides?: { url, method, body, headers }) => void',
    meaning: 'Begins, or starts over.',
  },
  retry: {
    type: '() => void',
    meaning:
      'Begins again with the request of the last start: what it was given, and the body (the file) and literal headers of that time; also after `reset()`. Before the first start it does what `start()` does.',
  },
  cancel: {
    type: '() => void',
    meaning:
      "Stops watching, for good, and aborts the request. To cancel the job itself is the server's to offer.",
  },
  reset: {
    type: '() => void',
    meaning: 'Stops watching and forgets the run: `idle`, until `start()`.',
  },
} satisfies Rows<keyof StreamProgress>;

/** What one event may say of a job. */
export const progressUpdateFields = {
  progress: {
    type: 'number',
    meaning: 'How far the job is, in the unit of `scale`; with weighted steps how far the step is.',
  },
  loaded: { type: 'number', meaning: 'How much is done, in any unit, such as bytes.' },
  total: {
    type: 'number',
    meaning: 'How much there is to do, in the same unit; 0 or less, or `null` in JSON: not known.',
  },
  startedAt: {
    type: 'number',
    meaning:
      "When the job was started, in milliseconds since the epoch, by the server's clock; right after a reload, too.",
  },
  step: { type: 'string', meaning: 'The name of the step that the job is in.' },
  message: { type: 'string', meaning: 'What the job is doing, in words.' },
  error: { type: 'string', meaning: 'The job has failed, and why.' },
  done: { type: 'boolean', meaning: '`true`: the job is done.' },
} satisfies Rows<keyof ProgressUpdate>;
