import { sessionOf } from './session.ts';
import { streamBody, type ChunkSource, type Heartbeat } from './streamBody.ts';

/** What a streamed response is made of. */
export interface StreamResponseInit {
  readonly contentType: string;
  readonly source: ChunkSource;
  /** Headers beside those that every stream has. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly heartbeat?: Heartbeat;
}

/** A streamed response that takes part in its session: it is counted, and can be refused, cut or ended from outside. */
export function streamResponse(request: Request, init: StreamResponseInit): Response {
  const session = sessionOf(request);
  const refusal = session.refuse(request);
  if (refusal) return refusal;
  const source: ChunkSource = (life) => {
    session.join(life, request);
    return init.source(life);
  };
  return new Response(streamBody(request, source, init.heartbeat), {
    headers: {
      'Content-Type': init.contentType,
      // `no-transform` keeps compressing proxies, and `X-Accel-Buffering` nginx, from holding events back.
      'Cache-Control': 'no-store, no-transform',
      'X-Accel-Buffering': 'no',
      ...init.headers,
    },
  });
}
