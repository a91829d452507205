import { excerpt, shown } from './excerpt.ts';

/*
 * What options may be, and what they are called: for development only, behind `__DEV__`. A production build has none
 * of it.
 */

/** Throws the TypeError for a bad option: it names the option, the value (an object only by its type) and what is allowed. */
export function refuse(name: string, value: unknown, allowed: string): never {
  throw new TypeError(
    `use-event-stream: the option \`${excerpt(name)}\` is ${shown(value)}; it must be ${allowed}.`,
  );
}

/** Checks the value of an option that is given. */
export type Check = (value: unknown, name: string) => void;

/** What each option may be; false takes away one of another table. */
export type OptionTable<Name extends string = string> = Readonly<
  Record<Name, Check | NestedCheck | false>
>;

/** The check of an option that has options of its own. */
interface NestedCheck {
  readonly table: OptionTable;
  /** What may stand in the place of the object, and what to say if it is neither. */
  readonly orElse?: (value: unknown) => boolean;
  readonly allowed: string;
}

type Test = (value: unknown) => boolean;

/** A check by a test. */
export const must =
  (fits: Test, allowed: string): Check =>
  (value, name) => {
    if (!fits(value)) refuse(name, value, allowed);
  };

const isText = (value: unknown) => typeof value === 'string';
const isFlag = (value: unknown) => typeof value === 'boolean';
const isFunction = (value: unknown) => typeof value === 'function';
export const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A text such as 'false' would count as true. */
export const flag = /* @__PURE__ */ must(isFlag, 'true or false');
export const text = /* @__PURE__ */ must(isText, 'a text');
export const func = /* @__PURE__ */ must(isFunction, 'a function');
export const object = /* @__PURE__ */ must(isObject, 'an object');

export const number = ({ min = 0, integer = false } = {}): Check =>
  must(
    (value) =>
      typeof value === 'number' &&
      value >= min &&
      (!integer || value === Infinity || Number.isInteger(value)),
    `${integer ? 'a whole number' : 'a number'} of at least ${String(min)}`,
  );
export const count = /* @__PURE__ */ number({ integer: true });

export const word = (...allowed: readonly unknown[]): Check =>
  must(
    (value) => allowed.includes(value),
    `one of ${allowed.map((each) => `'${String(each)}'`).join(', ')}`,
  );

/** A list of what fits; the first that does not is shown. */
export const listOf =
  (fits: Test, allowed: string): Check =>
  (value, name) => {
    const each = must(fits, allowed);
    if (!Array.isArray(value)) refuse(name, value, allowed);
    for (const item of value as unknown[]) each(item, name);
  };
export const names = /* @__PURE__ */ listOf(isText, 'a list of event names');

/** Either of two kinds. */
export const either =
  (fits: Test, check: Check): Check =>
  (value, name) => {
    if (!fits(value)) check(value, name);
  };
export const textOrFunction = /* @__PURE__ */ either(isText, func);
export const flagOrName = /* @__PURE__ */ must(
  (value) => isFlag(value) || (isText(value) && value !== ''),
  'true, false or a name',
);

/** Whose options are checked: a table, or several. */
type Tables = readonly OptionTable[];

/** Checks each option that is given, and warns of those that do not exist. */
export function checkOptions(where: string, tables: Tables, options: unknown): void {
  if (!isObject(options)) refuse('options', options, 'an object');
  checkEach(tables, options, '');
  warnOfUnknown(where, tables, options);
}

function checkEach(tables: Tables, options: object, prefix: string): void {
  for (const [name, value] of Object.entries<unknown>({ ...options })) {
    if (value === undefined) continue;
    for (const { [name]: check } of tables) {
      if (typeof check === 'function') check(value, prefix + name);
      else if (check) checkNested(check, value, prefix + name);
    }
  }
}

function checkNested({ table, orElse, allowed }: NestedCheck, value: unknown, name: string): void {
  if (orElse?.(value)) return;
  if (!isObject(value)) refuse(name, value, allowed);
  checkEach([table], value, `${name}.`);
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

/** Warns of the options that no table names, once for each name; objects of the same keys are looked at once. */
function warnOfUnknown(where: string, tables: Tables, options: object): void {
  for (const [name, value] of Object.entries<unknown>({ ...options })) {
    for (const { [name]: inner } of tables) {
      if (typeof inner !== 'object' || !isObject(value) || inner.orElse?.(value)) continue;
      warnOfUnknown(name, [inner.table], value);
    }
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
