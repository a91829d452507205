/** An event as a script sends it. */
export interface MockEvent {
  /** Text as it is; anything else as JSON. Without it the block only sets its other fields. */
  data?: unknown;
  /** The event's name; default `message`. */
  type?: string | undefined;
  /** Sets the last event ID. */
  id?: string | undefined;
  /** Sets the reconnection time, in milliseconds. */
  retry?: number | undefined;
}

const asText = (data: unknown): string => (typeof data === 'string' ? data : JSON.stringify(data));

function field(name: string, value: string | number | undefined): string {
  if (value === undefined) return '';
  const text = String(value);
  if (/[\r\n]/.test(text)) {
    throw new TypeError(
      `use-event-stream/testing: the event's \`${name}\` is ${JSON.stringify(text)}; a line break would end it. Use \`chunk\` to send bytes as they are.`,
    );
  }
  return `${name}: ${text}\n`;
}

/** An event as `text/event-stream` (HTML standard, section 9.2.6). */
function block({ data, type, id, retry }: MockEvent): string {
  const lines = data === undefined ? [] : asText(data).split(/\r\n|\r|\n/);
  return `${field('event', type)}${field('id', id)}${field('retry', retry)}${lines
    .map((line) => `data: ${line}\n`)
    .join('')}\n`;
}

function line(event: MockEvent, contentType: string): string {
  const { data, type, id, retry } = event;
  if (type !== undefined || id !== undefined || retry !== undefined || data === undefined) {
    throw new TypeError(
      `use-event-stream/testing: ${contentType} carries only \`data\`; leave out the event's other fields, or open with the content type text/event-stream.`,
    );
  }
  return `${asText(data)}\n`;
}

const isEventStream = (contentType: string): boolean =>
  /^\s*text\/event-stream\s*(;|$)/i.test(contentType);

/** Events as an answer of this content type carries them: blocks of an event stream, or one line each. */
export const encodeEvents = (events: readonly MockEvent[], contentType: string): string =>
  events
    .map((event) => (isEventStream(contentType) ? block(event) : line(event, contentType)))
    .join('');
