import { decodeText } from './charset.ts';
import type { StreamFormat } from './streamFormat.ts';

/** One event for every chunk of text, cut where the network cut it but never inside a character. */
export const text: StreamFormat = {
  contentType: 'text/plain',
  decode(push, { charset }) {
    const decode = decodeText(charset);
    const pushText = (data: string) => {
      if (data !== '') push({ data });
    };
    return {
      chunk(bytes) {
        pushText(decode(bytes));
      },
      end() {
        pushText(decode());
      },
    };
  },
};
