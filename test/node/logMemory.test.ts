import { expect, test } from 'vitest';
import { LogAccumulator } from '../../src/core/log/logAccumulator.ts';
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
    const fold = new LogAccumulator(
      () => ({ format, parse: (data) => keeping(parse(data)) }),
      Date,
    );
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

/** A piece of plain text, cut from a chunk of its own. */
function pieceOf(lines: number, number: number): string {
  const from = number * lines;
  const texts = Array.from({ length: lines }, (_, index) => `${from + index} `.padEnd(100, 'x'));
  return new TextDecoder().decode(Buffer.from(`${texts.join('\n')}\n`));
}

const count = 100_000;

/** The lines of a log of plain text, its memory, and that of an array of the same texts. */
async function memoryBesideTexts(fill: (fold: LogAccumulator) => void) {
  const begun = heldMemory();
  const texts = Array.from({ length: 10 }, (_, number) => pieceOf(count / 10, number).split('\n'))
    .flat()
    .map((text) => Buffer.from(text).toString('latin1'));
  const ofTexts = heldMemory() - begun;
  const before = heldMemory();
  const options = { format: 'lines', maxLines: count, maxBytes: Infinity } as const;
  const fold = new LogAccumulator(() => options, Date);
  fill(fold);
  // What the engine has still on its way is free after a turn.
  await new Promise(setImmediate);
  return { ratio: (heldMemory() - before) / ofTexts, lines: fold.value().lines, texts };
}

const fills: [string, (fold: LogAccumulator) => void][] = [
  [
    'a stream',
    (fold) => {
      for (let number = 0; number < 200; number++) {
        const event = { type: 'message', lastEventId: '', sequence: number, receivedAt: number };
        fold.push([{ ...event, data: pieceOf(count / 200, number) }]);
      }
    },
  ],
  [
    'a history',
    (fold) => {
      const lines = pieceOf(count, 0).trimEnd().split('\n');
      fold.putHistory({ lines, lastEventId: '' }, false);
    },
  ],
];

test.for(fills)('a log of %s holds little more than its texts', async ([, fill]) => {
  const { ratio, lines, texts } = await memoryBesideTexts(fill);
  expect(ratio).toBeLessThan(1.25);
  expect(lines.length).toBe(count);
  expect(lines.at(-1)?.text.startsWith(`${count - 1} `)).toBe(true);
  expect(texts.length).toBeGreaterThan(count);
});

test('a row keeps nothing of the piece that it was cut from', async () => {
  const options = { format: 'lines', maxLines: 1 } as const;
  const fold = new LogAccumulator(() => options, Date);
  const before = heldMemory();
  const rows = Array.from({ length: 500 }, (_, number) => {
    const event = { type: 'message', lastEventId: '', sequence: number, receivedAt: number };
    fold.push([{ ...event, data: pieceOf(600, number) }]);
    return fold.value().lines.at(0);
  });
  // The pieces would be 29 MiB.
  await expect.poll(() => heldMemory() - before).toBeLessThan(2 * kib * kib);
  expect(rows.at(-1)?.id).toBe(500 * 600 - 1);
});

test('a line of which much is cut off does not keep the lines beside it in their piece', async () => {
  const options = { format: 'lines', maxLineLength: 100 } as const;
  const fold = new LogAccumulator(() => options, Date);
  const before = heldMemory();
  for (let number = 0; number < chunks; number++) {
    const event = { type: 'message', lastEventId: '', sequence: number, receivedAt: number };
    fold.push([{ ...event, data: chunk(number).slice(0, 65_000) + '\n' }]);
  }
  await expect.poll(() => heldMemory() - before).toBeLessThan(4 * kib * kib);
  expect(fold.value().lines.length).toBe(2 * chunks);
});
