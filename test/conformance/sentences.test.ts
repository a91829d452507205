import { readdirSync, readFileSync } from 'node:fs';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { fromRoot } from '../support/fromRoot.ts';
import { sentences } from './sentences.ts';

const folder = fromRoot('test/conformance');
const files = readdirSync(folder).filter((name) => /(?<!sentences)\.test\.ts$/.test(name));

/** Whether it is `test(...)` or `test.for(...)(...)`. */
function isTest({ expression }: ts.CallExpression): boolean {
  if (ts.isIdentifier(expression)) return expression.text === 'test';
  return ts.isCallExpression(expression) && /^test\.for\b/.test(expression.expression.getText());
}

/** The names of the tests of a file, as they stand there. */
function testNames(name: string, text: string): string[] {
  const names: string[] = [];
  const visit = (node: ts.Node) => {
    const [first] = ts.isCallExpression(node) && isTest(node) ? node.arguments : [];
    if (first && ts.isStringLiteralLike(first)) names.push(first.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true));
  return names;
}

const existing = files.flatMap((name) =>
  testNames(name, readFileSync(`${folder}/${name}`, 'utf8')),
);
const named = sentences.flatMap(({ tests = [] }) => tests);

test('every sentence of the table is held by tests that exist, or says why it cannot be', () => {
  expect(sentences.length).toBeGreaterThan(80);
  expect(named.filter((name) => !existing.includes(name))).toEqual([]);
  const held = ({ tests = [], beyond = '' }: (typeof sentences)[number]) =>
    tests.length > 0 || beyond !== '';
  expect(sentences.filter((sentence) => !held(sentence))).toEqual([]);
});

test('every test of the folder holds a sentence, and has a name of its own', () => {
  expect(existing.filter((name) => !named.includes(name))).toEqual([]);
  expect(existing.filter((name, index) => existing.indexOf(name) !== index)).toEqual([]);
});

test('the names of tests are found, with and without a table of cases', () => {
  const text =
    "test('a', run); test.for([1])('b %i', run); other('c'); test.for(x)(`d`, { timeout }, run);";
  expect(testNames('x.ts', text)).toEqual(['a', 'b %i', 'd']);
});
