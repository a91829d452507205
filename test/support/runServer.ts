import type { IncomingMessage, ServerResponse } from 'node:http';
import { serve } from './httpServer.ts';

/** What a server has, on its disk as it were: it outlives the process that serves it. */
interface Run {
  readonly blocks: readonly string[];
  /** How many of them the work has made so far. */
  made: number;
}

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return body;
};

/** The text of an answer as Server-Sent Events with ids that count from 1, and the end of it. */
export const blocksOf = (words: readonly string[]): string[] => [
  ...words.map((word, index) => `id: ${index + 1}\ndata: ${JSON.stringify(word)}\n\n`),
  'data: [DONE]\n\n',
];

/**
 * A server on which a POST starts a run, and `GET /runs/n` goes on with it after an event id. It numbers its POSTs.
 * `cut` says after how many bytes of an answer the line breaks, by the number of the request; null for never.
 */
export async function runServer(
  words: readonly string[],
  { cut = () => null }: { cut?: (request: number, rest: string) => number | null } = {},
) {
  const runs = new Map<string, Run>();
  const log: { method: string; url: string; id: string | null; body: string }[] = [];
  const answer = (response: ServerResponse, rest: string, headers: Record<string, string>) => {
    const at = cut(log.length - 1, rest);
    response.writeHead(200, { 'content-type': 'text/event-stream', ...headers });
    if (at === null || at >= rest.length) {
      response.end(rest);
      return;
    }
    response.flushHeaders();
    response.write(rest.slice(0, at), () => response.destroy());
    if (at === 0) response.destroy();
  };
  const server = await serve((request, response) => {
    void (async () => {
      const { method = '', url = '', headers } = request;
      const id = headers['last-event-id'];
      log.push({
        method,
        url,
        id: typeof id === 'string' ? id : null,
        body: await bodyOf(request),
      });
      if (method === 'POST') {
        const name = String(runs.size + 1);
        const run = { blocks: blocksOf(words), made: 0 };
        runs.set(name, run);
        answer(response, run.blocks.join(''), { 'x-run': name });
        return;
      }
      const run = runs.get(/^\/runs\/(\w+)/.exec(url)?.[1] ?? '');
      if (!run) {
        response.writeHead(404, { 'content-type': 'text/plain' }).end('No such run.');
        return;
      }
      answer(response, run.blocks.slice(Number(id ?? 0)).join(''), {});
    })();
  });
  return {
    server,
    runs,
    log,
    get posts() {
      return log.filter(({ method }) => method === 'POST').length;
    },
  };
}
