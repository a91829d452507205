import { excerpt, shown } from './excerpt.ts';

/** Throws the TypeError for a bad option: it names the option, the value (an object only by its type) and what is allowed. */
export function refuse(name: string, value: unknown, allowed: string): never {
  throw new TypeError(
    `use-event-stream: the option \`${excerpt(name)}\` is ${shown(value)}; it must be ${allowed}.`,
  );
}

/** What a numeric option may be. */
export interface NumberRange {
  min?: number;
  integer?: boolean;
}

/** The value of a numeric option or its default; a TypeError names the option, the value and what is allowed. */
export function numberOption(
  name: string,
  value: number | undefined,
  { otherwise, min = 0, integer = false }: NumberRange & { otherwise: number },
): number {
  if (value === undefined) return otherwise;
  const valid =
    typeof value === 'number' &&
    value >= min &&
    (!integer || value === Infinity || Number.isInteger(value));
  if (!valid) {
    refuse(name, value, `${integer ? 'a whole number' : 'a number'} of at least ${String(min)}`);
  }
  return value;
}

/** The value of an option that is one of a few words, or its default. */
export function wordOption<T extends string>(
  name: string,
  value: T | undefined,
  allowed: readonly T[],
): T {
  const [otherwise] = allowed;
  if (value === undefined && otherwise !== undefined) return otherwise;
  const word = allowed.find((candidate) => candidate === value);
  return word ?? refuse(name, value, `one of ${allowed.map((each) => `'${each}'`).join(', ')}`);
}

/** Checks that something is an object. */
export function requireObject(name: string, value: unknown): void {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isObject) refuse(name, value, 'an object');
}

/** Checks that an option is an object where it is given. */
export function objectOption(name: string, value: unknown): void {
  if (value !== undefined) requireObject(name, value);
}

/** Checks that something is a function. */
export function requireFunction(name: string, value: unknown): void {
  if (typeof value !== 'function') refuse(name, value, 'a function');
}

/** Checks that an option is a function where it is given. */
export function functionOption(name: string, value: unknown): void {
  if (value !== undefined) requireFunction(name, value);
}

/** Checks that options are functions where they are given. */
export function functionOptions(options: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(options)) functionOption(name, value);
}

/** Checks that something is a list of what fits; the TypeError shows the first that does not. */
export function requireList(
  name: string,
  value: unknown,
  { fits, allowed }: { fits: (each: unknown) => boolean; allowed: string },
): void {
  if (!Array.isArray(value)) refuse(name, value, allowed);
  for (const each of value as unknown[]) if (!fits(each)) refuse(name, each, allowed);
}

const eventNames = {
  fits: (each: unknown) => typeof each === 'string',
  allowed: 'a list of event names',
};

/** Checks that an option is a list of names where it is given. */
export function namesOption(name: string, value: unknown): void {
  if (value !== undefined) requireList(name, value, eventNames);
}

/** Checks that an option is true or false where it is given: a text such as 'false' would count as true. */
export function booleanOption(name: string, value: unknown): void {
  if (value !== undefined && typeof value !== 'boolean') refuse(name, value, 'true or false');
}
