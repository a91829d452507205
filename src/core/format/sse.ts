import { createParser, type EventSourceParser } from 'eventsource-parser';
import type { WireEvent } from '../source.ts';
import type { DecodeContext, Decoder } from './streamFormat.ts';
import { decodeUtf8 } from './utf8.ts';

// The longest name with its colon and space: an unfinished line is counted with them.
const longestField = 'event: '.length;

/**
 * Ends by itself the line that the chunk before has begun: the parser joins what it is fed with what it
 * has kept, and so would copy the whole chunk.
 */
function feed(parser: EventSourceParser, text: string): void {
  const end = text.indexOf('\n') + 1;
  if (end > 0) parser.feed(text.slice(0, end));
  if (end < text.length) parser.feed(text.slice(end));
}

/** Decodes `text/event-stream` (HTML standard, section 9.2.6). */
export const sse = {
  contentType: 'text/event-stream',
  decode(push: (event: WireEvent) => void, context: DecodeContext): Decoder {
    let idOfBlock: string | undefined;
    const pushLoneId = () => {
      if (idOfBlock !== undefined) push({ data: undefined, id: idOfBlock });
      idOfBlock = undefined;
    };
    // The parser counts what it holds back; what came in one piece must not pass for that.
    const check = (text = '') => {
      if (text.length > context.maxEventSize) context.tooLong();
    };
    const parser = createParser({
      maxBufferSize: context.maxEventSize + longestField,
      onId(id) {
        check(id);
        pushLoneId();
        idOfBlock = id;
      },
      onEvent(message) {
        // An id reported just before belongs to this block, unless this block has none.
        if (message.id === undefined) pushLoneId();
        idOfBlock = undefined;
        check(message.data);
        check(message.event);
        push({ data: message.data, type: message.event, id: message.id });
      },
      onRetry: context.setRetry,
      onError(error) {
        if (error.type === 'max-buffer-size-exceeded') context.tooLong();
      },
    });
    // "Streams must be decoded using the UTF-8 decode algorithm", which strips one byte order mark.
    // The parser would strip another, in more than one encoding: an empty comment comes before it.
    parser.feed(':\n');
    const decodeText = decodeUtf8();
    return {
      chunk(bytes) {
        feed(parser, decodeText(bytes));
        pushLoneId();
      },
      // "Once the end of the file is reached, any pending data must be discarded."
      end: () => undefined,
    };
  },
};
