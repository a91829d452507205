import type {
  BufferOptions,
  Buffered,
  ConnectionState,
  Controls,
  HookOptions,
  ReduceOptions,
  StreamEvent,
  StreamOptions,
} from 'use-event-stream';
import type { Rows } from './field.ts';
import { wireFields } from './requestFields.ts';

type Reduce = ReduceOptions<readonly string[], 'auto', string, unknown>;

type OwnOptions = Exclude<keyof BufferOptions | keyof Reduce, keyof StreamOptions>;

const callbackFields = {
  ...wireFields,
  onEvent: {
    type: '(event) => void',
    otherwise: 'none',
    meaning: 'Takes each live event, in order. Events of a replay do not come here.',
  },
  onEvents: {
    type: '(events) => void',
    otherwise: 'none',
    meaning: 'Takes live events in order, one call for every chunk that held any.',
  },
  onOpen: {
    type: '({ attempt, resumed, response }) => void',
    otherwise: 'none',
    meaning:
      'The server has answered: `attempt` is 0 the first time, `resumed` says whether an event id was sent, `response` is `null` with EventSource.',
  },
  onError: {
    type: '(error: StreamError) => void',
    otherwise: 'none',
    meaning: 'The connection was lost or has failed.',
  },
  onReject: {
    type: '(error: StreamError) => void',
    otherwise: 'none',
    meaning: 'A live event could not be decoded; the stream goes on.',
  },
  onClose: {
    type: '({ reason, data }) => void',
    otherwise: 'none',
    meaning: 'Closed for good, after the last event was folded.',
  },
};

/** What `useEventStream` takes beside the options of all hooks. */
export const eventStreamFields = {
  parse: {
    type: '(data: string, event) => T',
    otherwise: 'the text',
    meaning:
      'Makes a value of the text of each event: `parse: json<Price>`. What it throws rejects that event.',
  },
  schema: {
    type: 'StandardSchemaV1',
    otherwise: 'none',
    meaning:
      'Parses the JSON of each event, checks it and types it: a schema of zod, valibot, arktype.',
  },
  events: {
    type: 'string[] | { [name]: schema | parser | "text" }',
    otherwise: 'all that come',
    meaning:
      'The event names to listen for, or a map from names to decoders, which types each of them. Events without a name are called `message`.',
  },
  format: {
    type: "'auto' | 'sse' | 'ndjson' | 'lines' | 'text' | 'bytes' | StreamFormat",
    otherwise: '`auto`',
    meaning: 'How the response is read; `auto` goes by its content type. See **Formats**.',
  },
  maxEvents: {
    type: 'number',
    otherwise: '`100`',
    meaning:
      'How many events are kept; 10,000 where `maxAge` bounds them. 0 keeps none, for callbacks alone.',
  },
  maxAge: {
    type: 'number (ms)',
    otherwise: 'no limit',
    meaning: 'How long events are kept.',
  },
  maxBytes: {
    type: 'number',
    otherwise: '16 MiB',
    meaning:
      'How many bytes of events are kept: data as it came (not what `parse` makes of it), type and id in UTF-8, and 64 more for each. The newest one always stays.',
  },
  reduce: {
    type: '(state, events) => state',
    otherwise: 'none',
    meaning:
      'Folds all events, a batch at a time, instead of keeping the newest. It must be pure. What it keeps is yours to bound.',
  },
  initial: {
    type: 'A',
    otherwise: 'none',
    meaning: 'The state to begin with; required with `reduce`. Applied once per url or `start`.',
  },
  throttle: {
    type: "'frame' | number (ms)",
    otherwise: '`frame`',
    meaning:
      'How often data is shown: with every frame, or at most every so many milliseconds. Changes of status are never held back by it.',
  },
  ...callbackFields,
} satisfies Rows<OwnOptions>;

/** What `useEventStream` returns of the data, beside the state and the controls of all hooks. */
export const eventStreamResult = {
  data: {
    type: 'T | undefined, or A',
    meaning:
      'The data of the newest event, or what `reduce` has made of all, or what `select` picks.',
  },
  rejected: {
    type: 'number',
    meaning: 'How many events could not be decoded.',
  },
  events: {
    type: 'readonly StreamEvent[]',
    meaning:
      'The newest events, oldest first; not with `reduce`. Each has `type`, `data`, `lastEventId`, `sequence` and `receivedAt`. The same array until something comes.',
  },
  lastEventId: {
    type: 'string',
    meaning: "The stream's last event id; not with `reduce`.",
  },
  dropped: {
    type: 'number',
    meaning: 'How many events fell out of the buffer; not with `reduce`.',
  },
} satisfies Rows<Exclude<keyof Buffered<StreamEvent>, keyof ConnectionState | keyof Controls>>;

/** The third argument, beside a defined stream. */
export const definedStreamFields = {
  select: {
    type: '(view: V) => S',
    otherwise: 'all of it',
    meaning:
      'Narrows what this component shows, and so what it renders for. It is given the state of the reducer, or the events.',
  },
  isEqual: {
    type: '(a: S, b: S) => boolean',
    otherwise: '`Object.is`',
    meaning: 'When two selections count as the same.',
  },
  enabled: {
    type: 'boolean',
    otherwise: "the definition's",
    meaning: '`false`: this hook is idle.',
  },
  ...callbackFields,
} satisfies Rows<keyof HookOptions<StreamEvent, unknown>>;
