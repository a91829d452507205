import type { IncomingMessage, ServerResponse } from 'node:http';
import { serve } from './httpServer.ts';

/** What a server has, on its disk as it were: it outlives the process that serves it. */
interface Run {
  readonly blocks: readonly string[];
  /** How many of them the work has made so far. */
  made: number;
}

/** One answer that is under way: which block it sends next, and how many bytes until its line breaks. */
interface Answer {
  readonly run: Run;
  readonly response: ServerResponse;
  next: number;
  left: number;
}

interface RunOptions {
  /** After how many bytes of an answer's body the line breaks, by the number of the request; null for never. */
  cut?: (request: number, rest: string) => number | null;
  /** How many blocks there are of a run that begins, until `make` makes more. By default all. */
  made?: number;
  /** Whether a request may be answered; where it may not, it is answered with 401. */
  allows?: (request: IncomingMessage) => boolean;
}

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return body;
};

/** The text of an answer as Server-Sent Events with ids that count from 1, and the end of it. */
export const blocksOf = (words: readonly string[]): string[] =>
  [...words.map((word) => JSON.stringify(word)), '[DONE]'].map(
    (data, index) => `id: ${index + 1}\ndata: ${data}\n\n`,
  );

/** The id to go on after: by the header, or by the query. */
function idOf({ headers, url = '' }: IncomingMessage): string | null {
  const { 'last-event-id': id } = headers;
  return typeof id === 'string' ? id : new URL(url, 'http://localhost').searchParams.get('after');
}

/** Sends what there is; ends with the run, or where the line breaks. */
function flush(answer: Answer): void {
  const { run, response } = answer;
  const text = run.blocks.slice(answer.next, run.made).join('');
  const bytes = Buffer.from(text).subarray(0, answer.left);
  const breaks = Buffer.byteLength(text) > answer.left;
  answer.left -= bytes.length;
  answer.next = Math.max(answer.next, run.made);
  if (!response.headersSent) response.flushHeaders();
  const end = () => {
    if (breaks) response.destroy();
    else if (run.made === run.blocks.length) response.end();
  };
  if (bytes.length > 0) response.write(bytes, end);
  else end();
}

/**
 * A server on which a POST starts a run, and `GET /runs/n` goes on with it after an event id. It numbers its POSTs. An
 * answer ends with its run; who asks for what follows the end is told that there is nothing (204).
 */
export async function runServer(
  words: readonly string[],
  { cut = () => null, made = Infinity, allows = () => true }: RunOptions = {},
) {
  const runs = new Map<string, Run>();
  const log: { method: string; url: string; id: string | null; body: string }[] = [];
  const answers = new Set<Answer>();
  const blocks = blocksOf(words);
  const begin = (): [string, Run] => {
    const name = String(runs.size + 1);
    const run = { blocks, made: Math.min(made, blocks.length) };
    runs.set(name, run);
    return [name, run];
  };
  const send = (response: ServerResponse, run: Run, from: number, name?: string) => {
    const rest = run.blocks.slice(from).join('');
    if (rest === '') {
      response.writeHead(204).end();
      return;
    }
    const left = cut(log.length - 1, rest) ?? Infinity;
    const answer = { run, response, next: from, left };
    answers.add(answer);
    response.on('close', () => answers.delete(answer));
    const headers = { 'content-type': 'text/event-stream', ...(name && { 'x-run': name }) };
    response.writeHead(200, headers);
    flush(answer);
  };
  const server = await serve((request, response) => {
    void (async () => {
      const { method = '', url = '' } = request;
      const id = idOf(request);
      response.shouldKeepAlive = false;
      log.push({ method, url, id, body: await bodyOf(request) });
      if (!allows(request)) {
        response.writeHead(401, { 'content-type': 'text/plain' }).end('Who are you?');
        return;
      }
      if (method === 'POST') {
        const [name, run] = begin();
        send(response, run, 0, name);
        return;
      }
      const run = runs.get(/^\/runs\/(\w+)/.exec(url)?.[1] ?? '');
      if (run) send(response, run, Number(id ?? 0));
      else response.writeHead(404, { 'content-type': 'text/plain' }).end('No such run.');
    })();
  });
  return {
    server,
    runs,
    log,
    /** What a run brings. */
    blocks,
    /** How many answers are under way. */
    get open() {
      return answers.size;
    },
    /** The work goes on: of every run there are so many blocks now, by default all. */
    make(count = Infinity) {
      for (const run of runs.values()) run.made = Math.min(count, run.blocks.length);
      for (const answer of [...answers]) flush(answer);
    },
    get posts() {
      return log.filter(({ method }) => method === 'POST').length;
    },
  };
}
