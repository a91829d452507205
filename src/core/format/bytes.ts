import type { Bytes, StreamFormat } from './streamFormat.ts';

/** One event for every chunk, its bytes untouched. */
export const bytes: StreamFormat<Bytes> = {
  contentType: '*/*',
  decode: (push) => ({
    chunk(data) {
      push({ data });
    },
    end: () => undefined,
  }),
};
