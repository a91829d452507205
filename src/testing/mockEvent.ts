/** An event as a script sends it. */
export interface MockEvent {
  /** Text as it is, anything else as JSON. Without it the event only sets its other fields. */
  data?: unknown;
  /** The name of the event. @defaultValue `'message'` */
  type?: string | undefined;
  /** Sets the last event ID. */
  id?: string | undefined;
  /** Sets the reconnection time, in milliseconds. */
  retry?: number | undefined;
}

function asText(data: unknown): string {
  if (typeof data === 'string') return data;
  let json: unknown;
  try {
    // Undefined for what has no JSON, such as a function.
    json = JSON.stringify(data);
  } catch (cause) {
    throw new TypeError(
      `use-event-stream/testing: an event's \`data\` has no JSON: ${String(cause)}`,
      { cause },
    );
  }
  if (typeof json === 'string') return json;
  throw new TypeError(
    `use-event-stream/testing: an event's \`data\` is ${String(data)}, which has no JSON.`,
  );
}

const fields = ['data', 'type', 'id', 'retry'];

/** What a script sends as an event; a TypeError if it looks like the data of one. */
export function toEvent(sent: unknown): MockEvent {
  if (typeof sent === 'string') return { data: sent };
  const isObject = typeof sent === 'object' && sent !== null && !Array.isArray(sent);
  if (isObject && Object.keys(sent).every((key) => fields.includes(key))) return sent;
  throw new TypeError(
    `use-event-stream/testing: send was given ${asText(sent)}; an event has \`data\`, \`type\`, \`id\` and \`retry\`. Did you mean { data: … }?`,
  );
}

function field(name: string, value: string | number | undefined): string {
  if (value === undefined) return '';
  const text = String(value);
  if (typeof value === 'number' && !(Number.isInteger(value) && value >= 0)) {
    throw new TypeError(
      `use-event-stream/testing: the event's \`${name}\` is ${text}; it must be a whole number of at least 0.`,
    );
  }
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

const isNdjson = (contentType: string): boolean => contentType.includes('json');

/** Plain text has no place for the level of a line. */
const lineText = (data: unknown): string => {
  const isLine = typeof data === 'object' && data !== null && 'text' in data;
  return isLine ? asText(data.text) : asText(data);
};

function line(event: MockEvent, contentType: string): string {
  const { data, type, id, retry } = event;
  if (type !== undefined || id !== undefined || retry !== undefined || data === undefined) {
    throw new TypeError(
      `use-event-stream/testing: ${contentType} carries only \`data\`; leave out the event's other fields, or open with the content type text/event-stream.`,
    );
  }
  return `${isNdjson(contentType) ? asText(data) : lineText(data)}\n`;
}

/** Whether an answer of this content type is an event stream. */
export const isEventStream = (contentType: string): boolean =>
  /^\s*text\/event-stream\s*(;|$)/i.test(contentType);

/** Events as an answer of this content type carries them: blocks of an event stream, or one line each. */
export const encodeEvents = (events: readonly MockEvent[], contentType: string): string =>
  events
    .map((event) => (isEventStream(contentType) ? block(event) : line(event, contentType)))
    .join('');
