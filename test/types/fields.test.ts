// @vitest-environment node
import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { expect, test } from 'vitest';
import * as connection from '../../stories/docs/fields/connectionFields.ts';
import * as eventStream from '../../stories/docs/fields/eventStreamFields.ts';
import * as logTail from '../../stories/docs/fields/logTailFields.ts';
import { requestFields } from '../../stories/docs/fields/requestFields.ts';
import * as progress from '../../stories/docs/fields/streamProgressFields.ts';
import { fromRoot } from '../support/fromRoot.ts';
import { fromSources, typecheck } from '../support/typecheck.ts';

const timeout = 180_000;

const { stateFields, controlFields, policyFields, storeFields } = connection;

/** Which tables tell of which public types, and on which page they stand. */
const documented = [
  {
    page: 'useEventStream',
    types: ['BufferOptions', 'ReduceOptions'],
    tables: { eventStreamFields: eventStream.eventStreamFields, requestFields },
  },
  {
    page: 'useEventStream',
    types: ['Buffered', 'Folded'],
    tables: { eventStreamResult: eventStream.eventStreamResult, stateFields, controlFields },
  },
  {
    page: 'useEventStream',
    types: ['HookOptions'],
    tables: { definedStreamFields: eventStream.definedStreamFields },
  },
  {
    page: 'useStreamProgress',
    types: ['ProgressOptions'],
    tables: { streamProgressFields: progress.streamProgressFields, requestFields },
  },
  {
    page: 'useStreamProgress',
    types: ['StreamProgress'],
    tables: { streamProgressResult: progress.streamProgressResult },
  },
  {
    page: 'useStreamProgress',
    types: ['ProgressUpdate'],
    tables: { progressUpdateFields: progress.progressUpdateFields },
  },
  {
    page: 'useLogTail',
    types: ['LogOptions'],
    tables: { logTailFields: logTail.logTailFields, requestFields },
  },
  {
    page: 'useLogTail',
    types: ['LogTail'],
    tables: { logTailResult: logTail.logTailResult, stateFields, controlFields },
  },
  {
    page: 'useLogTail',
    types: ['LogFilter'],
    tables: { logFilterFields: logTail.logFilterFields },
  },
  { page: 'Reconnection', types: ['ReconnectPolicy'], tables: { policyFields } },
  { page: 'Sharing', types: ['StoreOptions'], tables: { storeFields } },
];

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

test('the tables have a row for every public option and field, and no other', { timeout }, () => {
  const propertiesOf = publicProperties();
  for (const { types, tables } of documented) {
    const names = new Set(types.flatMap(propertiesOf));
    expect(names.size).toBeGreaterThan(2);
    const rows = Object.values<object>(tables).flatMap((table) => Object.keys(table));
    expect({ types, rows: rows.sort() }).toEqual({ types, rows: [...names].sort() });
  }
});

test.for(documented)('$page shows the tables of $types', ({ page, tables }) => {
  const text = readFileSync(fromRoot(`stories/docs/${page}.mdx`), 'utf8');
  for (const table of Object.keys(tables)) expect(text).toContain(`<Fields of={${table}} />`);
});
