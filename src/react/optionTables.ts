import type { PersistOptions } from '../core/observer/persistence.ts';
import { checkOptions, count, flag, func, listOf, must, names, number } from '../core/options.ts';
import { object, refuse, text, textOrFunction, word, isObject } from '../core/options.ts';
import type { Check, OptionTable } from '../core/options.ts';
import { decodeTable, until } from '../core/events/eventOptionTables.ts';
import { carriageReturns, type LogFilter } from '../core/log/logLines.ts';
import { logLevels } from '../core/log/logLevel.ts';
import { format, requestTable, storeTable } from '../core/store/optionTables.ts';
import type { RequestOptions } from '../core/request/requestOptions.ts';
import type { StartOverrides } from '../core/observer/snapshot.ts';
import type {
  BufferOptions,
  EventCallbacks,
  EventsOption,
  ReduceOptions,
  SelectOptions,
} from './eventStreamOptions.ts';
import type { SourceOptions, StreamOptions, WireCallbacks } from './streamOptions.ts';
import type { ProgressOptions } from './streamProgressOptions.ts';
import type { LogOptions } from './logTailOptions.ts';

type Callbacks = EventCallbacks<unknown, unknown>;
type Reduce = ReduceOptions<EventsOption, 'auto', string, unknown>;

/** What an options type has of its own, beside those that it is made of. */
type Own<O, Base> = OptionTable<Exclude<keyof O, keyof Base> & string>;

const startTable = /* @__PURE__ */ (() =>
  ({
    url: (value, name) => {
      if (value === '') refuse(name, value, 'a url to start with');
    },
    method: requestTable.method,
    body: requestTable.body,
    headers: requestTable.headers,
  }) satisfies Own<StartOverrides, unknown>)();

const isFunction = (value: unknown) => typeof value === 'function';

const isStorage = (value: unknown): boolean =>
  isObject(value) && isFunction(Reflect.get(value, 'getItem'));

const persistTable = /* @__PURE__ */ (() =>
  ({
    storage: must((value) => value === 'session' || isStorage(value), "'session' or a Storage"),
    key: text,
    version: must(
      (value) => typeof value === 'string' || typeof value === 'number',
      'a text or a number',
    ),
    state: flag,
  }) satisfies Own<PersistOptions, unknown>)();

const persist = /* @__PURE__ */ (() => ({
  table: persistTable,
  orElse: (value: unknown) => value === 'session' || isStorage(value),
  allowed: "'session', a Storage, or an object with `storage`, `key`, `version` or `state`",
}))();

const streamTable = /* @__PURE__ */ (() =>
  ({
    enabled: flag,
    manual: flag,
    until,
    failOn: until,
    persist,
  }) satisfies Own<StreamOptions, RequestOptions>)();

const wireTable = /* @__PURE__ */ (() =>
  ({ onComment: func, onRestart: func }) satisfies Own<WireCallbacks, unknown>)();

const sourceTable = /* @__PURE__ */ (() =>
  ({ source: func }) satisfies Own<SourceOptions, unknown>)();

const callbackTable = /* @__PURE__ */ (() =>
  ({
    ...wireTable,
    onEvent: func,
    onEvents: func,
    onOpen: func,
    onError: func,
    onReject: func,
    onClose: func,
  }) satisfies Own<Callbacks, unknown>)();

const throttle = /* @__PURE__ */ must(
  (value) => value === 'frame' || (typeof value === 'number' && value >= 0),
  "'frame', or a number of at least 0",
);

const eventTable = /* @__PURE__ */ (() =>
  ({
    throttle,
    maxEvents: count,
    maxAge: number(),
    maxBytes: number(),
    reduce: func,
    snapshot: func,
    reset: text,
    initial: () => undefined,
  }) satisfies Own<
    BufferOptions & Reduce,
    StreamOptions & SourceOptions & Callbacks & typeof decodeTable
  >)();

const selectTable = /* @__PURE__ */ (() =>
  ({
    enabled: flag,
    select: func,
    isEqual: func,
  }) satisfies Own<SelectOptions<unknown, unknown, unknown>, Callbacks>)();

const isNamed = (step: unknown): step is { name: string; weight?: unknown } =>
  isObject(step) && 'name' in step && typeof step.name === 'string';

const stepList = /* @__PURE__ */ listOf(
  (step) => typeof step === 'string' || isNamed(step),
  'a list of names, or of objects with a `name` and a `weight`',
);

const steps: Check = (value, name) => {
  stepList(value, name);
  for (const step of value as readonly unknown[]) {
    if (isNamed(step) && step.weight !== undefined) number()(step.weight, `${name}.weight`);
  }
};

const progressTable = /* @__PURE__ */ (() =>
  ({
    ...wireTable,
    format,
    events: names,
    scale: word('percent', 'fraction'),
    steps,
    parse: func,
    doneWhen: word('told', 'full', 'closed'),
    getTotal: func,
    onChunk: func,
    statusText: func,
    onError: func,
    onDone: func,
  }) satisfies Own<ProgressOptions, StreamOptions & SourceOptions>)();

const filterTable = /* @__PURE__ */ (() =>
  ({
    text: must((value) => typeof value === 'string', 'a string'),
    pattern: must((value) => value instanceof RegExp, 'a regular expression'),
    minLevel: word(...logLevels),
    test: func,
  }) satisfies Own<LogFilter, unknown>)();

const logTable = /* @__PURE__ */ (() =>
  ({
    ...wireTable,
    format: (value, name) => {
      if (value === 'bytes') refuse(name, value, 'a format of text');
      format(value, name);
    },
    events: names,
    maxLines: count,
    maxBytes: number(),
    maxLineLength: number({ min: 1, integer: true }),
    filter: {
      table: filterTable,
      allowed: 'an object with `text`, `pattern`, `minLevel` or `test`',
    },
    stripAnsi: flag,
    follow: flag,
    parse: func,
    history: textOrFunction,
    cr: word(...carriageReturns),
    throttle,
  }) satisfies OptionTable<Exclude<keyof LogOptions, keyof StreamOptions | keyof SourceOptions>>)();

const tables = /* @__PURE__ */ (() =>
  ({
    useEventStream: [
      requestTable,
      streamTable,
      sourceTable,
      callbackTable,
      decodeTable,
      eventTable,
    ],
    defineStream: [requestTable, streamTable, sourceTable, callbackTable, decodeTable, eventTable],
    'the hook of a defined stream': [callbackTable, selectTable],
    useStreamProgress: [requestTable, streamTable, sourceTable, progressTable],
    useLogTail: [requestTable, streamTable, sourceTable, logTable],
    StreamProvider: [storeTable, { store: object, children: () => undefined }],
    start: [startTable],
  }) satisfies Record<string, readonly OptionTable[]>)();

/** Checks the options of a hook, in development; a TypeError names the option, the value and what is allowed. */
export function checkHookOptions(where: keyof typeof tables, options: unknown): void {
  checkOptions(where, tables[where], options);
}

/** Checks what a stream is made of. */
export function checkStream(where: 'useEventStream' | 'defineStream', options: object): void {
  checkHookOptions(where, options);
  if ('reduce' in options && options.reduce && !('initial' in options)) {
    throw new TypeError(
      'use-event-stream: the option `reduce` needs `initial`, the state to begin with.',
    );
  }
}

/** Checks the options of a job. */
export function checkProgress(options: object): void {
  checkHookOptions('useStreamProgress', options);
  if ('onChunk' in options && options.onChunk && Reflect.get(options, 'format') !== 'bytes') {
    throw new TypeError(
      "use-event-stream: the option `onChunk` is called with the chunks of a download; it needs `format: 'bytes'`.",
    );
  }
}
