// Sends a page many events: as bytes that it has to parse, or parsed.
import { sse } from '../../../src/core/format/sse.ts';
import type { WireEvent } from '../../../src/core/format/wireEvent.ts';
import { chunkOf, eventsOfChunk } from './traffic.ts';

const context = {
  maxEventSize: Infinity,
  charset: 'utf-8',
  tooLong: (): never => {
    throw new RangeError('too long');
  },
  setRetry: () => undefined,
};

addEventListener('message', ({ data }: MessageEvent<{ how: string; count: number }>) => {
  const encoder = new TextEncoder();
  let events: WireEvent[] = [];
  const decoder = sse.decode((event) => events.push(event), context);
  for (let first = 1; first <= data.count; first += eventsOfChunk) {
    const bytes = encoder.encode(chunkOf(first));
    if (data.how === 'bytes') {
      postMessage(bytes, { transfer: [bytes.buffer] });
      continue;
    }
    events = [];
    decoder.chunk(bytes);
    postMessage(events);
  }
  postMessage(null);
});
