import type { StreamOptions } from 'use-event-stream';
import type { Rows } from './field.ts';

/** The options that all hooks take: how a stream is asked for, shared and kept alive. */
export const requestFields = {
  enabled: {
    type: 'boolean',
    otherwise: '`true`',
    meaning: '`false`: the hook is idle, as with a falsy url.',
  },
  manual: {
    type: 'boolean',
    otherwise: '`false`',
    meaning: '`true`: nothing is opened before `start()`.',
  },
  until: {
    type: 'string | { data: string } | ((event) => boolean)',
    otherwise: 'none',
    meaning:
      'What ends the stream for good (`closed`, reason `done`): an event type, a text that is neither delivered nor parsed (`{ data: "[DONE]" }`), or a test of the event. It ends the part of this hook, not that of others on the connection.',
  },
  failOn: {
    type: 'string | { data: string } | ((event) => boolean)',
    otherwise: 'none; `useStreamProgress`: `error`',
    meaning:
      'What fails the stream for good (`failed`, kind `job`), in the same forms as `until`, and before it. The event is not delivered but is the `event` of the error; what it says is its `reason`. A test is given an event that cannot be decoded as it came, its data a text.',
  },
  method: {
    type: 'string',
    otherwise: '`GET`',
    meaning:
      'The HTTP method. Others than GET and HEAD are neither shared nor repeated unasked, and no render sends them again.',
  },
  body: {
    type: 'BodyInit | (() => BodyInit | Promise<BodyInit>)',
    otherwise: 'none',
    meaning:
      'The body of the request; needs a method that carries one. A function is called for every attempt. A change is sent by the next `start()`.',
  },
  headers: {
    type: 'HeadersInit | ((attempt) => HeadersInit | Promise<HeadersInit>)',
    otherwise: 'none',
    meaning:
      'Headers beside `Accept` and `Last-Event-ID`. A function is called for every attempt, and once more at once after a 401; a `StreamError` of the kind `aborted` that it throws ends the stream. See **Authentication**.',
  },
  credentials: {
    type: "'same-origin' | 'include' | 'omit'",
    otherwise: '`same-origin`',
    meaning: 'As in fetch. With EventSource only `include` makes a difference.',
  },
  redirect: {
    type: "'follow' | 'manual' | 'error'",
    otherwise: '`follow`',
    meaning:
      'As in fetch. For an attempt that sends custom headers the default is `manual`, and a redirect fails: it would carry the headers elsewhere. See **Security**.',
  },
  transport: {
    type: "'auto' | 'fetch' | 'eventsource'",
    otherwise: '`auto`',
    meaning:
      "`auto` is fetch wherever response bodies stream, else the browser's `EventSource`. EventSource carries no headers, body, other method or other format, and shows no status.",
  },
  initialLastEventId: {
    type: 'string',
    otherwise: "`''`",
    meaning:
      'The id to begin after, such as that of the data which a server has rendered. Not with EventSource.',
  },
  share: {
    type: 'boolean | string',
    otherwise: '`true`; other methods `false`',
    meaning:
      '`false`: a connection of its own. A name: shared with all that give the same name, whatever their `headers` functions send. `true`: shared although it is a POST. See **Sharing**.',
  },
  reconnect: {
    type: 'boolean | Partial<ReconnectPolicy>',
    otherwise: '`true`',
    meaning: 'When to try again; `false` never does. See **Reconnection and resume**.',
  },
  suspendWhenHidden: {
    type: 'boolean',
    otherwise: '`false`',
    meaning: 'Closes a GET stream while the tab is hidden, and resumes it when it is shown.',
  },
  linger: {
    type: 'number (ms)',
    otherwise: '`250`',
    meaning:
      'How long a connection outlives its last component; the longest of those who share it.',
  },
  openTimeout: {
    type: 'number (ms)',
    otherwise: '`30,000`',
    meaning:
      'How long the headers, the token and the answer may take together; 0 is no limit. In Firefox an answer comes with its first byte: have the server send a comment at once.',
  },
  idleTimeout: {
    type: 'number (ms)',
    otherwise: '`0`',
    meaning:
      'After how long without a byte the stream counts as dead; 0 is never. Comments are bytes, so a heartbeat keeps it alive. With EventSource only events count.',
  },
  maxEventSize: {
    type: 'number',
    otherwise: '16 Mi',
    meaning:
      'The longest line or event, in UTF-16 code units; each further line of an event counts 32 more. A longer one fails the stream (`size`).',
  },
} satisfies Rows<keyof StreamOptions>;

/** The callbacks of all hooks that tell of the wire. */
export const wireFields = {
  onComment: {
    type: '(text) => void',
    otherwise: 'none',
    meaning:
      'Takes each comment of a `text/event-stream`, such as a heartbeat. With EventSource none is heard.',
  },
  onRestart: {
    type: '() => void',
    otherwise: 'none',
    meaning:
      'After a reconnect the server sends a known event id with other content: it has lost its history and counts from the start. Called before those events, which all come. Not with EventSource.',
  },
};
