import type { StreamLife } from './streamBody.ts';
import { streamResponse } from './streamResponse.ts';

/** Answers with plain text, one line after the other, out of an async generator; an array is sent in one write. */
export function textStream(
  request: Request,
  source: (life: StreamLife) => AsyncGenerator<readonly string[], void, undefined>,
): Response {
  return streamResponse(request, {
    contentType: 'text/plain; charset=utf-8',
    async *source(life) {
      for await (const lines of source(life)) yield lines.map((line) => `${line}\n`).join('');
    },
  });
}
