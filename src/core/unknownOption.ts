import { excerpt } from './excerpt.ts';

/** Names of options; that of an object with options of its own has theirs, and false takes away one of another table. */
export interface NameTable {
  readonly [name: string]: boolean | NameTable;
}

const seen = /* @__PURE__ */ new Set<string>();
const warned = /* @__PURE__ */ new Set<string>();

/** How many letters have to be put in, left out or changed to make one text of the other (Levenshtein). */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const letter of from) {
    let diagonal = row[0] ?? 0;
    let left = diagonal + 1;
    const next = [left];
    for (let index = 0; index < to.length; index++) {
      const above = row[index + 1] ?? 0;
      left = Math.min(left + 1, above + 1, diagonal + (letter === to[index] ? 0 : 1));
      diagonal = above;
      next.push(left);
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

/** The known name that was meant, or undefined where none is near. */
function nearest(name: string, known: readonly string[]): string | undefined {
  const far = (other: string) => distance(name.toLowerCase(), other.toLowerCase());
  const isCallback = /^on[A-Z]/.test(name);
  const alike = known.filter((other) => !isCallback || other.startsWith('on'));
  const [best] = alike.sort((a, b) => far(a) - far(b));
  if (best === undefined) return undefined;
  // The `on` that all callbacks have does not make them alike.
  const length = isCallback ? name.length - 2 : name.length;
  const isNear = far(best) <= Math.max(1, Math.floor(length / 3));
  return isNear || best.toLowerCase().endsWith(name.toLowerCase()) ? best : undefined;
}

function warn(where: string, name: string, known: readonly string[]): void {
  if (warned.has(`${where} ${name}`)) return;
  warned.add(`${where} ${name}`);
  const meant = nearest(name, known);
  const hint = meant === undefined ? '.' : `: did you mean ${meant}?`;
  console.warn(`use-event-stream: ${where} has no option ${excerpt(name)}${hint}`);
}

/**
 * Warns of the options that no table names, once for each name. Objects of the same keys are looked at
 * only once, for hooks come with every render.
 */
export function warnOfUnknown(where: string, tables: readonly NameTable[], options: object): void {
  for (const [name, value] of Object.entries<unknown>({ ...options })) {
    const inner = tables.map((table) => table[name]).find((each) => typeof each === 'object');
    if (inner && typeof value === 'object' && value !== null) warnOfUnknown(name, [inner], value);
  }
  const names = Object.keys(options);
  const signature = `${where}: ${names.join()}`;
  if (seen.has(signature)) return;
  seen.add(signature);
  const known = tables
    .flatMap((table) => Object.keys(table))
    .filter((name) => tables.every((table) => table[name] !== false));
  for (const name of names) if (!known.includes(name)) warn(where, name, known);
}
