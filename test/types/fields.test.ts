// @vitest-environment node
import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { fieldTables } from '../../.tools/fields.ts';
import { fromRoot } from '../support/fromRoot.ts';
import { fromSources, typecheck } from '../support/typecheck.ts';

const timeout = 180_000;

const file = fromRoot('stories/docs/fields/fields.json');
const tables = JSON.parse(readFileSync(file, 'utf8')) as Readonly<Record<string, object>>;

/** Which tables tell of which public types, and on which page they stand. */
const documented = [
  {
    page: 'useEventStream',
    types: ['BufferOptions', 'ReduceOptions'],
    tables: ['eventStreamFields', 'requestFields'],
  },
  {
    page: 'useEventStream',
    types: ['Buffered', 'Folded'],
    tables: ['eventStreamResult', 'stateFields', 'controlFields'],
  },
  { page: 'useEventStream', types: ['HookOptions'], tables: ['definedStreamFields'] },
  {
    page: 'useStreamProgress',
    types: ['ProgressOptions'],
    tables: ['streamProgressFields', 'requestFields'],
  },
  { page: 'useStreamProgress', types: ['StreamProgress'], tables: ['streamProgressResult'] },
  { page: 'useStreamProgress', types: ['ProgressUpdate'], tables: ['progressUpdateFields'] },
  { page: 'useLogTail', types: ['LogOptions'], tables: ['logTailFields', 'requestFields'] },
  {
    page: 'useLogTail',
    types: ['LogTail'],
    tables: ['logTailResult', 'stateFields', 'controlFields'],
  },
  { page: 'useLogTail', types: ['LogFilter'], tables: ['logFilterFields'] },
  { page: 'Reconnection', types: ['ReconnectPolicy'], tables: ['policyFields'] },
  { page: 'Sharing', types: ['StoreOptions'], tables: ['storeFields'] },
];

/** What all hooks share stands once. */
const shared = ['requestFields', 'stateFields', 'controlFields'];

/** The names of the properties that a type of the entry has. */
function publicProperties(): (type: string) => string[] {
  const entry = fromRoot('src/index.ts');
  const { program } = typecheck({ files: [entry], options: fromSources });
  const checker = program.getTypeChecker();
  const file = program.getSourceFile(entry);
  const module = file && checker.getSymbolAtLocation(file);
  const exported = module ? checker.getExportsOfModule(module) : [];
  return (name) => {
    const symbol = exported.find((each) => each.name === name);
    if (!symbol) throw new Error(`The entry exports no type ${name}.`);
    const isAlias = (symbol.flags & ts.SymbolFlags.Alias) !== 0;
    const own = isAlias ? checker.getAliasedSymbol(symbol) : symbol;
    const type = checker.getDeclaredTypeOfSymbol(own);
    return checker.getPropertiesOfType(type).map((property) => property.name);
  };
}

test('the tables say what the docstrings say; if not: npm run fields', { timeout }, () => {
  expect(tables).toEqual(fieldTables());
});

test('the tables have a row for every public option and field, and no other', { timeout }, () => {
  const propertiesOf = publicProperties();
  for (const { types, tables: shown } of documented) {
    const names = new Set(types.flatMap(propertiesOf));
    expect(names.size).toBeGreaterThan(2);
    const rows = shown.flatMap((table) => Object.keys(tables[table] ?? {}));
    expect({ types, rows: rows.sort() }).toEqual({ types, rows: [...names].sort() });
  }
});

test.for(documented)('$page shows the tables of $types', ({ page, tables: shown }) => {
  const textOf = (name: string) => readFileSync(fromRoot(`stories/docs/${name}.mdx`), 'utf8');
  for (const table of shown) {
    const text = textOf(shared.includes(table) ? 'HookOptions' : page);
    expect(text).toContain(`<Fields of="${table}" />`);
  }
});
