/** What an event stream says, by the algorithm of the standard. */
export interface Interpretation {
  messages: { type: string; data: string; lastEventId: string }[];
  lastEventId: string;
  /** In milliseconds; null where the stream sets none. */
  reconnectionTime: number | null;
}

const withoutMark = (bytes: Uint8Array) =>
  bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;

/** The value of a line: "If value starts with a U+0020 SPACE character, remove it". */
function fieldOf(line: string): [name: string, value: string] {
  const colon = line.indexOf(':');
  if (colon === -1) return [line, ''];
  const value = line.slice(colon + 1);
  return [line.slice(0, colon), value.startsWith(' ') ? value.slice(1) : value];
}

/** Interprets a whole stream (HTML standard, section 9.2.6), step by step and with no thought of speed. */
export function interpret(bytes: Uint8Array): Interpretation {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(withoutMark(bytes));
  const lines = text.split(/\r\n|\n|\r/).slice(0, -1);
  const result: Interpretation = { messages: [], lastEventId: '', reconnectionTime: null };
  const buffers = { data: '', type: '', id: '' };
  for (const line of lines) {
    const [name, value] = fieldOf(line);
    if (line === '') {
      result.lastEventId = buffers.id;
      const { data, type, id: lastEventId } = buffers;
      if (data !== '') {
        result.messages.push({ type: type || 'message', data: data.slice(0, -1), lastEventId });
      }
      buffers.data = '';
      buffers.type = '';
    } else if (name === 'event') buffers.type = value;
    else if (name === 'data') buffers.data += `${value}\n`;
    else if (name === 'id' && !value.includes('\0')) buffers.id = value;
    else if (name === 'retry' && /^[0-9]+$/.test(value)) result.reconnectionTime = Number(value);
  }
  return result;
}
