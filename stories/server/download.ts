import { flagParam, numberParam } from './query.ts';
import { sleep } from './sleep.ts';
import type { StreamLife } from './streamBody.ts';
import { streamResponse } from './streamResponse.ts';

const WAIT = 50;
/** The rate goes up and down by so much of itself, as real ones do. */
const SWING = 0.4;
const SWING_SECONDS = 1.5;
/** ASCII, so that a character is a byte. */
const FILLER = '0123456789abcdef'.repeat(4_096);

/**
 * `GET /api/download`: a file of `?bytes=`, at `?rate=` bytes a second; with `?unsized=1` without a `Content-Length`.
 * It is not text, for Storybook's dev server would compress that.
 */
export function download(request: Request): Response {
  const bytes = Math.floor(
    numberParam(request, 'bytes', { fallback: 12_000_000, min: 0, max: 1_000_000_000 }),
  );
  const rate = numberParam(request, 'rate', {
    fallback: 3_000_000,
    min: 1_000,
    max: 1_000_000_000,
  });
  const length = { 'Content-Length': String(bytes) };
  return streamResponse(request, {
    contentType: 'application/octet-stream',
    source: (life) => pieces(bytes, rate, life),
    headers: {
      'Content-Disposition': 'attachment; filename="readings.bin"',
      ...(!flagParam(request, 'unsized') && length),
    },
  });
}

/** How many bytes are due after so many seconds, at a rate that swings around its mean. */
function due(rate: number, seconds: number): number {
  const swing = SWING * SWING_SECONDS * (1 - Math.cos(seconds / SWING_SECONDS));
  return Math.floor(rate * (seconds + swing));
}

async function* pieces(
  bytes: number,
  rate: number,
  { signal }: StreamLife,
): AsyncGenerator<string, void, undefined> {
  const start = performance.now();
  for (let sent = 0; sent < bytes;) {
    const owed = due(rate, (performance.now() - start) / 1_000) - sent;
    const size = Math.min(owed, bytes - sent, FILLER.length);
    if (size < 1) {
      await sleep(WAIT, signal);
      continue;
    }
    sent += size;
    yield FILLER.slice(0, size);
    if (size < FILLER.length) await sleep(WAIT, signal);
  }
}
