import { isSchema } from '../observer/decode.ts';
import { func, isObject, must, number, refuse, type Check, type OptionTable } from '../options.ts';
import type { RequestOptions } from '../request/requestOptions.ts';
import { format } from '../store/optionTables.ts';
import type { EventIteratorOptions } from './eventIteratorOptions.ts';

const isFunction = (value: unknown) => typeof value === 'function';

/** How a stream ends: the options `until` and `failOn`. */
export const until = /* @__PURE__ */ must(
  (value) =>
    typeof value === 'string' ||
    isFunction(value) ||
    (isObject(value) && 'data' in value && typeof value.data === 'string'),
  'an event type, an object with a text as its `data`, or a function',
);

const decoder = /* @__PURE__ */ must(
  (value) => value === 'text' || isFunction(value) || isSchema(value),
  "a schema, a function or 'text'",
);

/** A list of names, or a map from names to decoders. */
const events: Check = (value, name) => {
  if (typeof value !== 'object' || value === null) {
    refuse(name, value, 'a list of names, or an object with a decoder for each name');
  }
  const check = Array.isArray(value) ? must((each) => typeof each === 'string', 'a name') : decoder;
  for (const [key, each] of Object.entries<unknown>({ ...value })) check(each, `${name}.${key}`);
};

/** The options that say what events are made of. */
export const decodeTable = /* @__PURE__ */ (() =>
  ({
    format,
    events,
    parse: func,
    schema: must(
      isSchema,
      'a schema of a library that follows Standard Schema (zod, valibot, ...)',
    ),
  }) satisfies OptionTable)();

/** The options of a loop over events, beside those of the request and of the decoding. */
export const iteratorTable = /* @__PURE__ */ (() =>
  ({
    signal: must(
      (value) => isObject(value) && 'aborted' in value && 'addEventListener' in value,
      'the `signal` of an AbortController',
    ),
    source: func,
    until,
    failOn: until,
    maxEvents: number({ min: 1, integer: true }),
    maxBytes: number(),
    onReject: func,
  }) satisfies OptionTable<
    Exclude<keyof EventIteratorOptions, keyof RequestOptions | keyof typeof decodeTable>
  >)();
