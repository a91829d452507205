import { eventStream } from './eventStream.ts';
import { numberParam } from './query.ts';
import { noContent, sequenceOf } from './sequence.ts';
import { sessionOf, unauthorized } from './session.ts';
import { sleep } from './sleep.ts';
import { numbers } from './ticks.ts';

/** `POST /api/token`: a bearer token of the session for `GET /api/secure`, valid for a minute or `?ttl=` milliseconds. */
export function token(request: Request): Response {
  const ttl = numberParam(request, 'ttl', { fallback: 60_000, min: 1, max: 3_600_000 });
  return Response.json(sessionOf(request).issueToken(ttl), {
    headers: { 'Cache-Control': 'no-store' },
  });
}

/** `GET /api/secure`: numbered events for who has a valid token, until it runs out. */
export function secure(request: Request): Response {
  const expiresAt = sessionOf(request).tokenExpiry(request);
  if (expiresAt === null) return unauthorized();
  const sequence = sequenceOf(request, 1);
  if (sequence.next > sequence.last) return noContent();
  return eventStream(request, (life) => {
    sleep(expiresAt - Date.now(), life.signal).then(
      () => {
        life.end();
      },
      // The stream was over before its token.
      () => undefined,
    );
    return numbers(sequence, life);
  });
}
