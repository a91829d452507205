import type { Plugin } from 'esbuild';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** How to take one technique out of the sources. */
interface Technique {
  /** Below `src/core`. */
  file: string;
  /** What stands there, and what would stand there without the technique. */
  changes: readonly (readonly [from: string, to: string])[];
}

const quietMoment = 'await quietMoment(clock);';

/** The techniques that are for speed or for room; each page can be built without one of them. */
export const techniques = {
  'one batch a chunk': {
    file: 'connection/reading.ts',
    changes: [
      [
        'this.#attempt.events(events, size);',
        'for (const event of events) this.#attempt.events([event], size);',
      ],
    ],
  },
  'events made whole in place': {
    file: 'connection/resumption.ts',
    changes: [['events[count++] = event;', 'events[count++] = { ...event };']],
  },
  'begun lines ended by themselves': {
    file: 'format/sse.ts',
    changes: [['bytes.indexOf(lineFeed) + 1', '0']],
  },
  'slices of 64 KiB': {
    file: 'connection/reading.ts',
    changes: [['takesWholeChunks(format) ? Infinity : sliceSize', 'Infinity']],
  },
  'pauses after 8 ms': { file: 'connection/reading.ts', changes: [[quietMoment, '']] },
  'pauses by scheduler.yield': {
    file: 'connection/reading.ts',
    changes: [[quietMoment, 'await scheduler.yield();']],
  },
  'pauses by a message': {
    file: 'connection/reading.ts',
    changes: [
      [
        quietMoment,
        `await new Promise((done) => {
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = () => { port1.close(); done(); };
          port2.postMessage(null);
        });`,
      ],
    ],
  },
  'one publication a frame': {
    file: 'store/frameScheduler.ts',
    changes: [['this.#waiting.add(publish);', 'publish(); return;']],
  },
  'quiet frames': {
    file: 'store/frameScheduler.ts',
    changes: [['this.#settle();\n    for', 'for']],
  },
  'parsing late': {
    file: 'events/eventAccumulator.ts',
    changes: [['if (!testOf(options)', 'if (false']],
  },
  'copies of what is kept': {
    file: 'event.ts',
    changes: [["(' ' + text).slice(1)", 'text']],
  },
  'sealed chunks': {
    file: 'observer/boundedList.ts',
    changes: [
      [
        '[...this.#chunks],',
        'this.#chunks.map((chunk) => ({ ...chunk, items: [...chunk.items] })),',
      ],
    ],
  },
  'urls resolved once': {
    file: 'request/url.ts',
    changes: [['if (known) return known;', '']],
  },
} as const satisfies Record<string, Technique>;

export type TechniqueName = keyof typeof techniques;

/** In the address of a page, which of them it is built without. */
export const folderOf = (name: TechniqueName): string => name.replaceAll(/\W+/g, '-');

/** Where the sources of a technique are. */
export const pathOf = (name: TechniqueName): string =>
  fileURLToPath(new URL(`../../src/core/${techniques[name].file}`, import.meta.url));

/** Has the sources built without a technique; fails where they do not stand as they did any more. */
export function without(name: TechniqueName): Plugin {
  const { file, changes }: Technique = techniques[name];
  const path = pathOf(name);
  return {
    name: 'without',
    setup(build) {
      build.onLoad({ filter: /\.ts$/ }, async (loaded) => {
        if (loaded.path !== path) return undefined;
        let contents = await readFile(path, 'utf8');
        for (const [from, to] of changes) {
          if (!contents.includes(from)) {
            throw new Error(`${file} does not hold ${JSON.stringify(from)}; mend "${name}".`);
          }
          contents = contents.replace(from, () => to);
        }
        return { contents, loader: 'ts' };
      });
    },
  };
}
