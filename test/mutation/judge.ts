import path from 'node:path';
import type { MutantResult } from '@stryker-mutator/api/core';

/**
 * A mutant that is left alive, found by its code, which outlives that lines move: the line in which it
 * begins, what is replaced there, and by what. `from` and `to` may be left out where all mutants of the
 * line are meant.
 */
interface Survivor {
  line: string;
  from?: string;
  to?: string;
  /** Whether nothing can be seen of it: it then counts in no score. */
  equivalent?: boolean;
  reason: string;
}

/** What is left alive, by file. */
export type Survivors = Readonly<Record<string, readonly Survivor[]>>;

const least = 0.9;
const longest = 100;

/** On one line, and not longer than can be read. */
const short = (text: string) => {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > longest ? `${line.slice(0, longest)}…` : line;
};

type Place = Pick<Survivor, 'line'> & Required<Pick<Survivor, 'from' | 'to'>>;

function placeOf({ location: { start, end }, replacement }: MutantResult, source: string): Place {
  const lines = source.split('\n');
  const whole = lines.slice(start.line - 1, end.line);
  const last = whole.length - 1;
  const from = whole.map((line, index) =>
    line.slice(index === 0 ? start.column - 1 : 0, index === last ? end.column - 1 : undefined),
  );
  return {
    line: short(whole[0] ?? ''),
    from: short(from.join('\n')),
    to: short(replacement),
  };
}

const isIt = (listed: Survivor, { line, from, to }: Place) =>
  listed.line === line && (listed.from ?? from) === from && (listed.to ?? to) === to;

// An error outside of any test fails a run as well as a test does.
const killed = new Set(['Killed', 'Timeout', 'RuntimeError']);
const alive = new Set(['Survived', 'NoCoverage']);

const percent = (part: number, whole: number) =>
  `${(whole === 0 ? 100 : (100 * part) / whole).toFixed(1)} %`;

/** Counts what was killed, file by file, and says what has to be done about the rest. */
export function judge(
  mutants: readonly MutantResult[],
  survivors: Survivors,
  read: (file: string) => string,
): { lines: string[]; isGood: boolean } {
  const lines: string[] = [];
  const all = { killed: 0, counted: 0, unlisted: 0 };
  const files = new Set(mutants.map(({ fileName }) => fileName));
  for (const fileName of [...files].sort()) {
    const file = path.relative('', fileName);
    const found = mutants.filter((mutant) => mutant.fileName === fileName);
    const source = read(file);
    const listed = survivors[file] ?? [];
    const places = found
      .filter(({ status }) => alive.has(status))
      .map((each) => placeOf(each, source));
    const known = (place: Place) => listed.find((each) => isIt(each, place));
    const unlisted = places.filter((place) => !known(place));
    const dead = found.filter(({ status }) => killed.has(status)).length;
    const counted = dead + places.filter((place) => !known(place)?.equivalent).length;
    all.killed += dead;
    all.counted += counted;
    all.unlisted += unlisted.length;
    lines.push(`${file}: ${dead} of ${counted} killed, ${percent(dead, counted)}`);
    for (const place of unlisted)
      lines.push(`  survives: ${JSON.stringify({ ...place, reason: '' })},`);
    for (const each of listed) {
      if (!places.some((place) => isIt(each, place))) {
        lines.push(`  is killed, or no longer there: ${JSON.stringify(each)}`);
      }
    }
  }
  lines.push(`All: ${all.killed} of ${all.counted} killed, ${percent(all.killed, all.counted)}`);
  if (all.unlisted > 0) {
    lines.push(
      `${all.unlisted} survive and are not listed: write a test that notices them, or list them with a reason in test/mutation/survivors.json.`,
    );
  }
  return { lines, isGood: all.unlisted === 0 && all.killed >= least * all.counted };
}
