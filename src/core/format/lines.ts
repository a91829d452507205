import { lineCost } from '../size.ts';
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

const recordSeparator = '\u001E';

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * Puts the lines of a JSON text sequence (RFC 7464) together: a text begins after a record separator, and
 * may have many lines. It is whole where the next one begins, or where it parses when nothing more has come.
 */
function joinRecords(onText: (text: string) => void, context: DecodeContext) {
  let pieces: string[] = [];
  let size = 0;
  let hasNews = false;
  /** How much was parsed in vain; a few times the text at most, or a long one would cost its square. */
  let spent = 0;
  const finish = () => {
    const text = pieces.join('\n').trim();
    pieces = [];
    size = spent = 0;
    hasNews = false;
    onText(text);
  };
  return {
    line(line: string) {
      for (const [index, piece] of line.split(recordSeparator).entries()) {
        if (index > 0) finish();
        pieces.push(piece);
        size += piece.length + lineCost;
        // The first line costs nothing.
        if (size > context.maxEventSize + lineCost) context.tooLong();
      }
      hasNews = true;
    },
    pause() {
      // A line that is indented does not end a text.
      const mayEnd = hasNews && !/^\s/.test(pieces.at(-1) ?? '') && spent <= 4 * size;
      hasNews = false;
      if (!mayEnd) return;
      spent += size;
      if (isJson(pieces.join('\n'))) finish();
    },
    finish,
  };
}

/** One event for every JSON text, on a line of its own or after a record separator; empty ones are skipped. */
export const ndjson: StreamFormat = {
  contentType: 'application/x-ndjson',
  decode(push, context) {
    const onText = (data: string) => {
      if (data.trim() !== '') push({ data });
    };
    const records = joinRecords(onText, context);
    let isSequence = false;
    // "JSON text ... MUST be encoded using UTF-8" (RFC 8259, section 8.1).
    const decoder = decodeLines(
      decodeAs('utf-8'),
      (line) => {
        isSequence ||= line.startsWith(recordSeparator);
        if (isSequence) records.line(line);
        else onText(line);
      },
      context,
    );
    return {
      chunk(bytes) {
        decoder.chunk(bytes);
        records.pause();
      },
      end() {
        decoder.end();
        records.finish();
      },
    };
  },
};
