import { decodeAs, decodeText } from './charset.ts';
import type { DecodeContext, Decoder, StreamFormat } from './streamFormat.ts';

/** Cuts text into lines at `\n` and `\r\n`; a bare `\r` stays in its line. */
function splitLines(onLine: (line: string) => void, context: DecodeContext) {
  const pieces: string[] = [];
  let held = 0;
  const emit = (end: string) => {
    pieces.push(end);
    const line = pieces.length === 1 ? end : pieces.join('');
    pieces.length = 0;
    held = 0;
    const text = line.endsWith('\r') ? line.slice(0, -1) : line;
    if (text.length > context.maxEventSize) context.tooLong();
    onLine(text);
  };
  return {
    text(text: string) {
      let start = 0;
      for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
        emit(text.slice(start, end));
        start = end + 1;
      }
      if (start === text.length) return;
      pieces.push(text.slice(start));
      held += text.length - start;
      // The last character may belong to the line break.
      if (held > context.maxEventSize + 1) context.tooLong();
    },
    end() {
      if (held > 0) emit('');
    },
  };
}

function decodeLines(
  decode: ReturnType<typeof decodeAs>,
  onLine: (line: string) => void,
  context: DecodeContext,
): Decoder {
  const lines = splitLines(onLine, context);
  return {
    chunk(bytes) {
      lines.text(decode(bytes));
    },
    end() {
      lines.text(decode());
      lines.end();
    },
  };
}

/** One event for every line of text; a last line without a line break is an event too. */
export const lines: StreamFormat = {
  contentType: 'text/plain',
  decode: (push, context) =>
    decodeLines(
      decodeText(context.charset),
      (data) => {
        push({ data });
      },
      context,
    ),
};

/** One event for every JSON text on a line of its own, in UTF-8 (RFC 8259, section 8.1); empty lines are skipped. */
export const ndjson: StreamFormat = {
  contentType: 'application/x-ndjson',
  decode: (push, context) =>
    decodeLines(
      decodeAs('utf-8'),
      (data) => {
        if (data.trim() !== '') push({ data });
      },
      context,
    ),
};
