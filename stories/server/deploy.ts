import { sessionOf, type Session } from './session.ts';
import { streamBody, type StreamLife } from './streamBody.ts';

type Shown = Pick<typeof import('../docs/server/deploy.ts'), 'handle'>;

// Loaded when it is asked for: its prices have a timer.
let load = (): Promise<Shown> => import('../docs/server/deploy.ts');

/** Says how the server is loaded where the package's own names have to be looked up, as by Vite in Node. */
export function loadDeployWith(loader: () => Promise<Shown>): void {
  load = loader;
}

/**
 * The server of the first page as it is shown there, behind a line that can be cut and a door that can be shut:
 * `GET /api/news`, `GET /api/log`, `POST /api/deploys` and `GET /api/deploys/:id`.
 */
export async function deploy(request: Request): Promise<Response> {
  const session = sessionOf(request);
  // A response that Node cannot send: the connection breaks, as with a server that is not there.
  if (session.isDown) return Response.error();
  const refusal = session.refuse(request);
  if (refusal) return refusal;
  const { handle } = await load();
  const { status, headers, body } = await handle(request);
  return new Response(body && onALine(request, session, body), { status, headers });
}

/** A body that takes part in its session. */
function onALine(request: Request, session: Session, body: ReadableStream<Uint8Array>) {
  return streamBody(request, async function* (life) {
    session.join(life, request);
    yield* textOf(body, life);
  });
}

async function* textOf(body: ReadableStream<Uint8Array>, { signal }: StreamLife) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  signal.addEventListener('abort', () => {
    reader.cancel().catch(() => undefined);
  });
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield decoder.decode(value, { stream: true });
  }
}
