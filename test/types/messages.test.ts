// @vitest-environment node
import { expect, test } from 'vitest';
import { fromRoot } from '../support/fromRoot.ts';
import { fromSources, typecheck } from '../support/typecheck.ts';

const timeout = 180_000;

const head = `
import { defineStream, json, useEventStream, useLogTail, useStreamProgress } from 'use-event-stream';
type Price = { symbol: string; price: number };
const prices = defineStream({ parse: json<Price> });
`;

const maxEvents = /'maxEvent' does not exist .*'maxEvents'/;
const onEvent = /'onEvnt' does not exist .*'onEvent'/;
const writeJson = /WriteInstead<"json<Price>"/;

/** What is wrong, and what the compiler has to say about it, and about nothing else. */
const cases: readonly (readonly [string, RegExp])[] = [
  ["useEventStream('/x', { maxEvent: 3 })", maxEvents],
  ["useEventStream('/x', { parse: json<Price>, maxEvent: 3 })", maxEvents],
  [
    "useEventStream('/x', { events: ['a'], onEvent: ({ data }) => data.length, maxEvent: 3 })",
    maxEvents,
  ],
  [
    "useEventStream('/x', { initial: 0, reduce: (n, events) => n + events.length, onEvnt: () => 0 })",
    onEvent,
  ],
  [
    "useEventStream('/x', { parse: json<Price>, initial: 0, reduce: (n, [e]) => n + (e?.data.price ?? 0), onEvnt: () => 0 })",
    onEvent,
  ],
  ["useEventStream('/x', { initial: 0, reducer: () => 0 })", /'reducer' does not exist .*'reduce'/],
  [
    "useEventStream('/x', { inital: 0, reduce: (n: number) => n })",
    /'inital' does not exist .*'initial'/,
  ],
  ["useEventStream('/x', { maxEvents: '3' })", /'string' is not assignable to type 'number'/],
  [
    "useEventStream('/x', { initial: 0, reduce: (n) => String(n) })",
    /'string' is not assignable to type 'number'/,
  ],
  ["useEventStream('/x', { initial: 0 })", /'reduce' is missing/],
  ["useEventStream('/x', { reduce: (n: number) => n })", /'initial' is missing/],
  [
    "useEventStream('/x', { reconnect: { maxAttempt: 3 } })",
    /'maxAttempt' does not exist .*'maxAttempts'/,
  ],
  ["useEventStream('/x', prices, { selct: () => 0 })", /'selct' does not exist .*'select'/],
  ["useEventStream('/x', prices, { select: ([first]) => first, onEvnt: () => 0 })", onEvent],
  ["useEventStream('/x', prices, { onEvnt: () => 0 })", onEvent],
  ['defineStream({ maxEvent: 3 })', maxEvents],
  ['defineStream({ initial: 0, reduce: (n) => n, onEvnt: () => 0 })', onEvent],
  ["useStreamProgress('/x', { donWhen: 'full' })", /'donWhen' does not exist .*'doneWhen'/],
  ["useLogTail('/x', { maxLine: 3 })", /'maxLine' does not exist .*'maxLines'/],
  ["useEventStream('/x', { parse: JSON.parse })", writeJson],
  ["useEventStream('/x', { parse: JSON.parse, initial: 0, reduce: () => 0 })", writeJson],
  ["useEventStream('/x', { events: { price: JSON.parse } })", writeJson],
  ['defineStream({ parse: JSON.parse })', writeJson],
  ["useEventStream<Price>('/x')", /useEventStream\(url, { parse: json<T> }\)", Price/],
  [
    "useEventStream<Price>('/x', { maxEvents: 3 })",
    /useEventStream\(url, { parse: json<T> }\)", Price/,
  ],
  ['defineStream<Price>({})', /defineStream\({ parse: json<T> }\)", Price/],
];

test('the compiler says of a mistake what is wrong and what to write', { timeout }, () => {
  const lines = cases.map(([call], index) => `export const use${index} = () => ${call};`);
  const file = fromRoot('test/types/mistakes.ts');
  const texts = new Map([[file, head + lines.join('\n')]]);
  const { problems } = typecheck({ files: [file], texts, options: fromSources });
  const first = head.split('\n').length;
  for (const [index, [call, message]] of cases.entries()) {
    const told = problems.filter(({ line }) => line === first + index);
    // Newer compilers show the last signature alone, older ones so many only.
    const texts = told.map((problem) => problem.message.split(/Overload \d/).at(-1));
    expect({ call, texts }).toEqual({ call, texts: [expect.stringMatching(message)] });
  }
});
