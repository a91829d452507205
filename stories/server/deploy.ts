import { sessionOf, type Session } from './session.ts';
import { streamBody, type StreamLife } from './streamBody.ts';

type Shown = Pick<typeof import('../docs/server/deploy.ts'), 'handle'>;

let load: (() => Promise<Shown>) | undefined;

/**
 * Says how the server that the page shows is loaded, when it is first asked for: in it the package goes by its own
 * names, which a bundler knows, and Node by itself does not.
 */
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
  if (!load) return new Response('Nobody has said how to load the server.', { status: 500 });
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
