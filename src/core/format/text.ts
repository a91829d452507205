import type { StreamFormat } from './streamFormat.ts';
import { decodeUtf8 } from './utf8.ts';

/** One event for every chunk of text, cut where the network cut it but never inside a character. */
export const text: StreamFormat = {
  contentType: 'text/plain',
  decode(push) {
    const decodeText = decodeUtf8();
    const pushText = (data: string) => {
      if (data !== '') push({ data });
    };
    return {
      chunk(bytes) {
        pushText(decodeText(bytes));
      },
      end() {
        pushText(decodeText());
      },
    };
  },
};
