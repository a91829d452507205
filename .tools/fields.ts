/**
 * Makes the docs' tables of options, and of what hooks return, from the docstrings of the types: nothing is written
 * twice. `npm run fields` writes them to `stories/docs/fields/fields.json`; a test tells when that was forgotten.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import type { Field, Table, TableName } from '../stories/docs/fields/field.ts';

/** The types whose members are the rows of each table, in this order. */
const tables: Readonly<Record<TableName, readonly string[]>> = {
  eventStreamFields: ['EventOptions', 'BufferOptions', 'ReduceOptions', 'EventCallbacks'],
  definedStreamFields: ['SelectOptions', 'EventCallbacks', 'WireCallbacks'],
  eventStreamResult: ['Folded', 'Buffered'],
  streamProgressFields: ['ProgressOptions'],
  streamProgressResult: ['ProgressState', 'StreamProgress'],
  progressUpdateFields: ['ProgressUpdate'],
  logTailFields: ['LogOptions'],
  logTailResult: ['LogTail'],
  logFilterFields: ['LogFilter'],
  requestFields: ['StreamOptions', 'RequestOptions', 'SourceOptions', 'WireCallbacks'],
  stateFields: ['ConnectionState'],
  controlFields: ['Controls'],
  policyFields: ['ReconnectPolicy'],
  storeFields: ['StoreOptions'],
};

const fromRoot = (file: string) => fileURLToPath(new URL(`../${file}`, import.meta.url));

type Declaration = ts.InterfaceDeclaration | ts.TypeAliasDeclaration;

const isDeclaration = (node: ts.Node): node is Declaration =>
  ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node);

function openSources() {
  const { config } = ts.readConfigFile(fromRoot('tsconfig.json'), (file) =>
    ts.sys.readFile(file),
  ) as {
    config: unknown;
  };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, fromRoot('.'));
  const entry = fromRoot('src/index.ts');
  const program = ts.createProgram([entry], options);
  const checker = program.getTypeChecker();
  const own = program
    .getSourceFiles()
    .filter(({ fileName }) => fileName.startsWith(path.join(fromRoot('src'), '/')));
  const declared = new Map(
    own.flatMap(({ statements }) =>
      statements.filter(isDeclaration).map((node) => [node.name.text, node]),
    ),
  );
  const file = program.getSourceFile(entry);
  const module = file && checker.getSymbolAtLocation(file);
  const exported = new Set(module && checker.getExportsOfModule(module).map(({ name }) => name));
  return { checker, declared, exported };
}

const { checker, declared, exported } = openSources();

const oneLine = (text: string) => text.replaceAll(/\s+/g, ' ').replaceAll('"', "'");

/** What a name in a type stands for. */
function meaningOf({ typeName }: ts.TypeReferenceNode): ts.Declaration | undefined {
  const symbol = checker.getSymbolAtLocation(typeName);
  const isAlias = symbol && (symbol.flags & ts.SymbolFlags.Alias) !== 0;
  return (isAlias ? checker.getAliasedSymbol(symbol) : symbol)?.declarations?.[0];
}

/** Whether a type depends on what a caller gives, and so says little by its name. */
function isOpen(node: ts.Node): boolean {
  if (node.kind === ts.SyntaxKind.AnyKeyword) return true;
  if (ts.isTypeReferenceNode(node)) {
    const meaning = meaningOf(node);
    if (meaning && ts.isTypeParameterDeclaration(meaning)) return true;
  }
  return ts.forEachChild(node, (child) => isOpen(child) || undefined) ?? false;
}

const longestParameter = 40;

function parameterText({ name, questionToken, type }: ts.ParameterDeclaration): string {
  const text = name.getText() + (questionToken ? '?' : '');
  const kind = type && !isOpen(type) ? typeText(type) : '';
  return kind === '' || kind.length > longestParameter ? text : `${text}: ${kind}`;
}

const isChoice = (node: ts.TypeNode): boolean =>
  ts.isUnionTypeNode(node) && node.types.some((each) => ts.isLiteralTypeNode(each));

const hasFunction = (node: ts.TypeNode): boolean =>
  ts.isFunctionTypeNode(node) ||
  (ts.isParenthesizedTypeNode(node) && hasFunction(node.type)) ||
  (ts.isUnionTypeNode(node) && node.types.some(hasFunction));

/** The type that a name stands for, if it is plainer than the name: a choice, a function, or what a caller gives. */
function spelledOut(node: ts.TypeReferenceNode): readonly string[] | null {
  const { typeArguments: [first, second] = [] } = node;
  const name = node.typeName.getText();
  if (name === 'WriteInstead') return [];
  if (name === 'NoInfer' && first) return parts(first);
  if (name === 'Exclude' && first && second) {
    const others = parts(second);
    return parts(first).filter((part) => !others.includes(part));
  }
  const meaning = meaningOf(node);
  if (!meaning) return null;
  if (ts.isTypeParameterDeclaration(meaning)) {
    const { constraint } = meaning;
    return constraint && ts.isTypeReferenceNode(constraint) ? parts(constraint) : null;
  }
  if (!ts.isTypeAliasDeclaration(meaning)) return null;
  const { type } = meaning;
  if (ts.isConditionalTypeNode(type)) return first && isOpen(first) ? parts(first) : null;
  const isHidden = declared.get(name) === meaning && !exported.has(name);
  return isHidden || isChoice(type) || hasFunction(type) ? parts(type) : null;
}

/** The members of a union, or the one type that it is. */
function parts(node: ts.TypeNode): readonly string[] {
  if (ts.isParenthesizedTypeNode(node)) return parts(node.type);
  if (ts.isUnionTypeNode(node)) return [...new Set(node.types.flatMap(parts))];
  if (ts.isFunctionTypeNode(node)) {
    return [`(${node.parameters.map(parameterText).join(', ')}) => ${typeText(node.type)}`];
  }
  if (ts.isMappedTypeNode(node)) {
    const { constraint } = node.typeParameter;
    if (constraint && ts.isTypeOperatorNode(constraint)) {
      return [`Partial<${constraint.type.getText()}>`];
    }
  }
  if (ts.isTypeReferenceNode(node)) {
    const { typeArguments = [] } = node;
    const name = typeArguments.some(isOpen) ? node.typeName.getText() : node.getText();
    return spelledOut(node) ?? [oneLine(name)];
  }
  return [oneLine(node.getText())];
}

function typeText(node: ts.TypeNode, isOptional = false): string {
  const all = parts(node).filter((part) => !isOptional || part !== 'undefined');
  return all
    .map((part) => (part.includes('=>') && all.length > 1 ? `(${part})` : part))
    .join(' | ');
}

const isOptional = ({ flags }: ts.Symbol) => (flags & ts.SymbolFlags.Optional) !== 0;

/** How the type of a member is shown: as it is written, or as the compiler sees it, such as in a union. */
function typeOf(member: ts.Symbol): string {
  const { declarations: [declaration, ...others] = [] } = member;
  const node =
    declaration && ts.isPropertySignature(declaration) && others.length === 0
      ? declaration.type
      : undefined;
  const meaning = node && ts.isTypeReferenceNode(node) ? meaningOf(node) : undefined;
  const isGiven = meaning !== undefined && ts.isTypeParameterDeclaration(meaning);
  if (node && !isGiven) return typeText(node, isOptional(member));
  const type = checker.getTypeOfSymbol(member);
  return oneLine(checker.typeToString(type, undefined, ts.TypeFormatFlags.NoTruncation));
}

/** Where the API reference tells of what the main entry exports. */
const linkTo = (name: string): string =>
  exported.has(name)
    ? `[\`${name}\`](?path=/docs/api-reference-use-event-stream--docs#${name.toLowerCase()})`
    : `\`${name}\``;

/** A docstring as Markdown: its lines put together, its paragraphs kept. */
const markdown = (text: string) =>
  text
    .replaceAll(/\{@link ([^}]+)\}/g, (_, name: string) => linkTo(name))
    .split(/\n{2,}/)
    .map((paragraph) => paragraph.replaceAll('\n', ' ').trim())
    .join('\n\n');

function fieldOf(member: ts.Symbol): Field {
  const meaning = markdown(ts.displayPartsToString(member.getDocumentationComment(checker)));
  if (meaning === '') throw new Error(`${member.name} has no docstring.`);
  const tag = member.getJsDocTags(checker).find(({ name }) => name === 'defaultValue');
  const fallback = isOptional(member) ? 'none' : '';
  const otherwise = tag ? markdown(ts.displayPartsToString(tag.text)) : fallback;
  return { type: typeOf(member), ...(otherwise !== '' && { otherwise }), meaning };
}

/** The members that a type declares itself, or all members of a union. */
function membersOf(name: string): readonly ts.Symbol[] {
  const declaration = declared.get(name);
  const symbol = declaration && checker.getSymbolAtLocation(declaration.name);
  if (!symbol) throw new Error(`There is no type ${name}.`);
  const members = checker.getPropertiesOfType(checker.getDeclaredTypeOfSymbol(symbol));
  if (ts.isTypeAliasDeclaration(declaration) && ts.isUnionTypeNode(declaration.type)) {
    return members;
  }
  const isWithin = (node: ts.Node): boolean =>
    node === declaration || (!ts.isSourceFile(node) && isWithin(node.parent));
  const isOwn = ({ declarations = [] }: ts.Symbol) => declarations.some(isWithin);
  // What another kind of options has is declared as undefined, to be told apart.
  const isThere = ({ declarations: [first] = [] }: ts.Symbol) =>
    !(
      first &&
      ts.isPropertySignature(first) &&
      first.type?.kind === ts.SyntaxKind.UndefinedKeyword
    );
  return members.filter((member) => isOwn(member) && isThere(member));
}

function tableOf(types: readonly string[]): Table {
  const members = types.flatMap(membersOf);
  const fields = members.map((member) => [member.name, fieldOf(member)] as const);
  // A table without any default needs no column for it.
  const hasDefaults = fields.some(([, { otherwise = 'none' }]) => otherwise !== 'none');
  return Object.fromEntries(
    fields.map(([name, { type, otherwise, meaning }]) => [
      name,
      { type, ...(hasDefaults && otherwise !== undefined && { otherwise }), meaning },
    ]),
  );
}

/** All tables by their names. */
export const fieldTables = (): Readonly<Record<string, Table>> =>
  Object.fromEntries(Object.entries(tables).map(([name, types]) => [name, tableOf(types)]));

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = fromRoot('stories/docs/fields/fields.json');
  writeFileSync(file, JSON.stringify(fieldTables(), null, 2) + '\n');
}
