import type { Bytes } from '../traffic.ts';

/**
 * Answers every request with the same chunks, without a socket. The response is left open, as the
 * server leaves it: an end would have the readers connect again.
 */
export function fromMemory(chunks: readonly Bytes[], times = 1): typeof fetch {
  return () => {
    let sent = 0;
    const body = new ReadableStream<Bytes>({
      pull(controller) {
        const chunk = chunks[sent % chunks.length];
        if (chunk && sent < chunks.length * times) controller.enqueue(chunk);
        sent += 1;
      },
    });
    return Promise.resolve(
      new Response(body, { headers: { 'content-type': 'text/event-stream' } }),
    );
  };
}
