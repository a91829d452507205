import type { LogFilter } from '../core/logLines.ts';
import { requestNames, storeNames } from '../core/optionNames.ts';
import type { RequestOptions } from '../core/request.ts';
import { warnOfUnknown } from '../core/unknownOption.ts';
import type { StartOverrides } from '../core/view.ts';
import type {
  BufferOptions,
  EventCallbacks,
  EventsOption,
  ReduceOptions,
  SelectOptions,
} from './eventStream.ts';
import type { StreamOptions, WireCallbacks } from './streamOptions.ts';
import type { ProgressOptions } from './streamProgress.ts';
import type { LogOptions } from './useLogTail.ts';

/** Of Node; in a browser only what a bundler makes of it. */
declare const process: { readonly env: { readonly NODE_ENV?: string } };

type Callbacks = EventCallbacks<unknown, unknown>;
type Reduce = ReduceOptions<EventsOption, 'auto', string, unknown>;

/** What an options type has of its own, beside those that it is made of. */
type Own<O, Base> = Record<Exclude<keyof O, keyof Base>, true>;

const startNames = {
  url: true,
  method: true,
  body: true,
  headers: true,
} satisfies Own<StartOverrides, unknown>;

const streamNames = {
  enabled: true,
  manual: true,
  until: true,
  failOn: true,
} satisfies Own<StreamOptions, RequestOptions>;

const wireNames = { onComment: true, onRestart: true } satisfies Own<WireCallbacks, unknown>;

const callbackNames = {
  ...wireNames,
  onEvent: true,
  onEvents: true,
  onOpen: true,
  onError: true,
  onReject: true,
  onClose: true,
} satisfies Own<Callbacks, unknown>;

const eventNames = {
  format: true,
  events: true,
  parse: true,
  schema: true,
  throttle: true,
  maxEvents: true,
  maxAge: true,
  maxBytes: true,
  reduce: true,
  initial: true,
} satisfies Own<BufferOptions & Reduce, StreamOptions & Callbacks>;

const selectNames = {
  enabled: true,
  select: true,
  isEqual: true,
} satisfies Own<SelectOptions<unknown, unknown, unknown>, Callbacks>;

const progressNames = {
  ...wireNames,
  format: true,
  events: true,
  scale: true,
  steps: true,
  parse: true,
  completeOnFull: true,
  closeMeansDone: true,
  getTotal: true,
  onChunk: true,
  statusText: true,
  onError: true,
  onDone: true,
} satisfies Own<ProgressOptions, StreamOptions>;

const filterNames = {
  text: true,
  pattern: true,
  minLevel: true,
  test: true,
} satisfies Own<LogFilter, unknown>;

const logNames = {
  ...wireNames,
  format: true,
  events: true,
  maxLines: true,
  maxBytes: true,
  maxLineLength: true,
  filter: filterNames,
  stripAnsi: true,
  follow: true,
  parse: true,
  history: true,
  cr: true,
  throttle: true,
} satisfies Record<Exclude<keyof LogOptions, keyof StreamOptions>, true | typeof filterNames>;

const tables = {
  useEventStream: [requestNames, streamNames, callbackNames, eventNames],
  defineStream: [requestNames, streamNames, callbackNames, eventNames],
  'the hook of a defined stream': [callbackNames, selectNames],
  useStreamProgress: [requestNames, streamNames, progressNames],
  useLogTail: [requestNames, streamNames, logNames],
  StreamProvider: [storeNames, { store: true }],
  start: [startNames],
} as const;

/** Warns, in development, of options that do not exist; a production build has neither names nor warnings. */
export function seeOptions(where: keyof typeof tables, options: object = {}): void {
  try {
    if (process.env.NODE_ENV !== 'production') warnOfUnknown(where, tables[where], options);
  } catch {
    // A browser that loads the package as it is has no `process`.
  }
}
