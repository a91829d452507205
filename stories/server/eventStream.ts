import {
  eventStream as serve,
  type ServerEvent,
  type ServerEvents,
} from '../../src/server/index.ts';
import { sessionOf } from './session.ts';
import type { StreamLife } from './streamBody.ts';

export type { ServerEvent, ServerEvents };

const cutOff = new Error('The connection was cut in the middle of the stream');

/** Answers with Server-Sent Events as a part of its session: they are counted, and can be refused, cut or ended from outside. */
export function eventStream(
  request: Request,
  source: (life: StreamLife) => ServerEvents,
  { retry = 500 }: { readonly retry?: number } = {},
): Response {
  const session = sessionOf(request);
  const refusal = session.refuse(request);
  if (refusal) return refusal;
  const ended = new AbortController();
  const events = ({ signal }: { signal: AbortSignal }) => {
    const { life, broken } = lifeOf(signal, ended);
    session.join(life, request);
    return until(broken, source(life));
  };
  return serve(request, events, { retry, signal: ended.signal, onError: report });
}

function lifeOf(signal: AbortSignal, ended: AbortController) {
  let breakOff: (error: Error) => void = () => undefined;
  const broken = new Promise<never>((_, reject) => (breakOff = reject));
  broken.catch(() => undefined);
  const life: StreamLife = {
    signal,
    end: () => {
      ended.abort();
    },
    cut: () => {
      breakOff(cutOff);
    },
  };
  return { life, broken };
}

/** The same events, but for what comes after a cut: who iterates is thrown that. */
function until(broken: Promise<never>, events: ServerEvents): ServerEvents {
  return {
    [Symbol.asyncIterator]() {
      const iterator = events[Symbol.asyncIterator]();
      return {
        next: () => Promise.race([broken, iterator.next()]),
        return: async () => (await iterator.return?.()) ?? { done: true, value: undefined },
      };
    },
  };
}

/** A cut is an ordinary thing here. */
function report(error: unknown): void {
  if (error !== cutOff) console.error(error);
}
