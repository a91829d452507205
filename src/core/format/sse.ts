import { createParser } from 'eventsource-parser';
import { isTooLong, lineCost } from '../size.ts';
import type { WireEvent } from './wireEvent.ts';
import { decodeAs } from './charset.ts';
import type { DecodeContext, Decoder } from './streamFormat.ts';

// The longest name with its colon and space: an unfinished line is counted with them.
const longestField = 'event: '.length;
// No other character has this byte in it.
const lineFeed = 0x0a;

// A line of data, behind the line break before it: six characters are looked at.
const dataLine = /[\r\n]data(?=[:\r\n])/g;

/** Counts the lines of data of an event that is not finished: to the parser only their text counts. */
function lineCounter({ maxEventSize, tooLong }: DecodeContext) {
  let lines = 0;
  let hasEvent = false;
  // Of what came before, in which a line may have begun.
  let end = '\n';
  return {
    dispatched() {
      hasEvent = true;
    },
    fed(text: string) {
      if (hasEvent) lines = 0;
      else {
        const hasBreak = text.includes('\n') || text.includes('\r');
        const found = (end + (hasBreak ? text : text.slice(0, 5))).match(dataLine);
        lines += found?.length ?? 0;
        if ((lines - 1) * lineCost > maxEventSize) tooLong();
      }
      hasEvent = false;
      end = (text.length < 5 ? end + text : text).slice(-5);
    },
  };
}

/** A parser of text that tells of all that it finds. */
function parserOf(push: (event: WireEvent) => void, context: DecodeContext) {
  // The parser counts what it holds back; what came in one piece must not pass for that.
  const check = (text: string | undefined) => {
    if (text !== undefined && isTooLong(text, context.maxEventSize)) context.tooLong();
  };
  let idOfBlock: string | undefined;
  const pushLoneId = () => {
    if (idOfBlock === undefined) return;
    check(idOfBlock);
    push({ data: undefined, id: idOfBlock });
    idOfBlock = undefined;
  };
  const counter = lineCounter(context);
  const parser = createParser({
    maxBufferSize: context.maxEventSize + longestField,
    onId(id) {
      pushLoneId();
      idOfBlock = id;
    },
    onEvent({ id, event: type, data }) {
      // An id reported just before belongs to this block, unless this block has none.
      if (id === undefined) pushLoneId();
      idOfBlock = undefined;
      counter.dispatched();
      check(data);
      check(type);
      check(id);
      push({ data, type, id });
    },
    onRetry: context.setRetry,
    // A comment is held only where somebody listens.
    onComment: context.onComment,
    onError(error) {
      if (error.type === 'max-buffer-size-exceeded') context.tooLong();
    },
  });
  const feed = (text: string) => {
    parser.feed(text);
    counter.fed(text);
  };
  return { feed, pushLoneId };
}

/** Decodes `text/event-stream` (HTML standard, section 9.2.6). */
export const sse = {
  contentType: 'text/event-stream',
  decode(push: (event: WireEvent) => void, context: DecodeContext): Decoder {
    let begun = false;
    const { onComment } = context;
    const { feed, pushLoneId } = parserOf(push, {
      ...context,
      onComment:
        onComment &&
        ((text) => {
          if (begun) onComment(text);
        }),
    });
    // "Streams must be decoded using the UTF-8 decode algorithm", which strips one byte order mark.
    // The parser would strip another, in more than one encoding: an empty comment comes before it.
    feed(':\n');
    begun = true;
    const decodeText = decodeAs('utf-8');
    return {
      chunk(bytes) {
        // The line that the chunk before has begun is ended by itself: the parser joins what it is fed
        // with what it has kept, and so would copy the whole chunk.
        const end = bytes.indexOf(lineFeed) + 1;
        if (end > 0) feed(decodeText(bytes.subarray(0, end)));
        if (end < bytes.length) feed(decodeText(bytes.subarray(end)));
        pushLoneId();
      },
      // "Once the end of the file is reached, any pending data must be discarded."
      end: () => undefined,
    };
  },
};
