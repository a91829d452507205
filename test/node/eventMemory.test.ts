import { EventAccumulator } from '../../src/core/events/eventAccumulator.ts';
import { expect, test } from 'vitest';
import { heldMemory } from '../support/heap.ts';

const batches = 1_000;
const kib = 1_024;
/** How many there are in a chunk that are not to be kept. */
const unreadable = 64;

/** Events cut from one network chunk of 64 KiB: one to keep, the rest unreadable. */
function batch(number: number) {
  const kept = `keep ${String(number)} ${'x'.repeat(40)}\n`;
  const chunk = new TextDecoder().decode(
    Buffer.from(kept + `${'.'.repeat(kib)}\n`.repeat(unreadable)),
  );
  return chunk.split('\n').map((data, index) => ({
    ...{ type: 'message', lastEventId: '', receivedAt: 0, data },
    sequence: number * 2 * unreadable + index,
  }));
}

test.for([
  ['each event wanted', true, 2 * unreadable],
  ['nobody to want each', false, 1],
] as const)(
  'what waits for a frame that does not come keeps no chunk alive, with %s',
  async ([, wantsEach, perBatch]) => {
    const parse = (data: string) => {
      if (!data.startsWith('keep')) throw new Error('unreadable');
      return data;
    };
    const emitter = {
      ...{ wantsEach: () => wantsEach, event: () => true, events() {}, reject() {} },
      ...{
        refresh() {},
        feed() {},
        restarted() {},
        resumeFrom() {},
        canResume: false,
        openTimeout: 0,
      },
    };
    const fold = new EventAccumulator(() => ({ maxEvents: batches, parse }), emitter, {
      ...{ now: () => 0, random: () => 0 },
      ...{ frame: () => () => {}, timeout: () => () => {}, idle: () => () => {} },
    });
    const before = heldMemory();
    for (let number = 0; number < batches; number++) {
      fold.push(batch(number).slice(0, perBatch), true);
    }
    // The chunks would be 64 MiB.
    await expect.poll(() => heldMemory() - before).toBeLessThan(4 * kib * kib);
    expect(fold.value().events.length).toBe(batches);
  },
);
