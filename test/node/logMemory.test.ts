import { expect, test } from 'vitest';
import { LogFold } from '../../src/core/logFold.ts';
import { heldMemory } from '../support/heap.ts';

const chunks = 2_000;
const kib = 1_024;

/** A chunk of 64 KiB as it comes off the network: one line to keep, the rest of no interest. */
function chunk(number: number): string {
  const kept = `keep ${number} ${'x'.repeat(40)}\n`;
  return new TextDecoder().decode(Buffer.from(kept + `${'.'.repeat(64 * kib)}\n`));
}

test.for(['text', 'sse'] as const)(
  'a line that is kept does not keep the chunk that it was cut from, with %s',
  async (format) => {
    const parse = (data: string) => (data.startsWith('keep') ? data.split('\n') : null);
    const keeping = (lines: readonly string[] | null) => lines?.slice(0, 1) ?? null;
    const fold = new LogFold(() => ({ format, parse: (data) => keeping(parse(data)) }), Date);
    const before = heldMemory();
    for (let number = 0; number < chunks; number++) {
      const event = { type: 'message', lastEventId: '', sequence: number, receivedAt: 0 };
      fold.push([{ ...event, data: chunk(number) }]);
    }
    const { lines } = fold.value();
    expect(lines.length).toBe(chunks);
    // The chunks would be 128 MiB.
    await expect.poll(() => heldMemory() - before).toBeLessThan(4 * kib * kib);
    expect(fold.value().lines.length).toBe(chunks);
  },
);
