// Writes the API reference: a page for each entry of the package, from the declarations and their docstrings. They are
// pages of Storybook, in its theme, its sidebar and its search. TypeDoc has checked before that all is documented.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import ts from 'typescript';
import { apiAnchor, apiTitle, pageId } from './pageIds.ts';

const fromRoot = (file: string) => fileURLToPath(new URL(`../${file}`, import.meta.url));

const folder = fromRoot('stories/docs/api');

const { entryPoints } = JSON.parse(readFileSync(fromRoot('typedoc.json'), 'utf8')) as {
  entryPoints: readonly string[];
};

/** What an entry exports under a name. */
interface Export {
  readonly name: string;
  readonly symbol: ts.Symbol;
}

interface Entry {
  readonly name: string;
  readonly meaning: string;
  readonly exports: readonly Export[];
}

function openSources(): { program: ts.Program; checker: ts.TypeChecker } {
  const { config } = ts.readConfigFile(fromRoot('tsconfig.json'), (file) =>
    ts.sys.readFile(file),
  ) as { config: unknown };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, fromRoot('.'));
  const program = ts.createProgram([...entryPoints.map(fromRoot)], options);
  return { program, checker: program.getTypeChecker() };
}

const { program, checker } = openSources();

const resolved = (symbol: ts.Symbol): ts.Symbol =>
  (symbol.flags & ts.SymbolFlags.Alias) !== 0 ? checker.getAliasedSymbol(symbol) : symbol;

/** The docstring at the head of an entry: what it is for, and its name (`@module`). */
function headOf(source: ts.SourceFile): { name: string; meaning: string } {
  const [, text = ''] = /\/\*\*(.*?)\*\//s.exec(source.text) ?? [];
  const lines = text.replaceAll(/^ *\* ?/gm, '').trim();
  const [, name = ''] = /^@module (\S+)$/m.exec(lines) ?? [];
  if (name === '') throw new Error(`${source.fileName} does not say its name (@module).`);
  return { name, meaning: lines.replace(/\n*^@module .*$/m, '').trim() };
}

function openEntry(file: string): Entry {
  const source = program.getSourceFile(fromRoot(file));
  const module = source && checker.getSymbolAtLocation(source);
  if (!module) throw new Error(`There is no entry ${file}.`);
  const exports = checker
    .getExportsOfModule(module)
    .map((symbol) => ({ name: symbol.name, symbol: resolved(symbol) }))
    .sort((a, b) => a.name.localeCompare(b.name, 'en'));
  return { ...headOf(source), exports };
}

const entries = entryPoints.map(openEntry);

/** The entry whose page tells of a symbol: the first that exports it. */
const homes = new Map<ts.Symbol, Entry>();
for (const entry of entries)
  for (const { symbol } of entry.exports) if (!homes.has(symbol)) homes.set(symbol, entry);

const linkTo = (entry: string, name: string) =>
  `[\`${name}\`](?path=/docs/${pageId(apiTitle(entry))}--docs#${apiAnchor(name)})`;

/** A name in a docstring, as a link where a page tells of it. */
function linked(name: string, from: Entry): string {
  const own = from.exports.find((each) => each.name === name);
  const [symbol, home] = own
    ? [own.symbol, homes.get(own.symbol)]
    : ([...homes].find(([each]) => each.name === name) ?? []);
  return symbol && home ? linkTo(home.name, name) : `\`${name}\``;
}

/** Docstrings break their lines where the source does; examples keep theirs. */
function markdown(text: string, from: Entry): string {
  return text
    .split(/^(```.*?^```)$/ms)
    .map((part) =>
      part.startsWith('```')
        ? part
        : part.replaceAll(/\{@link ([^}]+)\}/g, (_, name: string) => linked(name, from)),
    )
    .join('')
    .trim();
}

const tagsOf = (symbol: ts.Symbol, tag: string): readonly string[] =>
  symbol
    .getJsDocTags(checker)
    .filter(({ name }) => name === tag)
    .map(({ text }) => ts.displayPartsToString(text));

const docOf = (symbol: ts.Symbol) =>
  ts.displayPartsToString(symbol.getDocumentationComment(checker));

const printer = ts.createPrinter({ removeComments: true });

const isHidden = (node: ts.Node): boolean =>
  ts.isClassElement(node) &&
  ((node.name !== undefined && ts.isPrivateIdentifier(node.name)) ||
    (ts.canHaveModifiers(node) &&
      (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.PrivateKeyword)));

const kept = (modifiers: readonly ts.ModifierLike[] | undefined) =>
  modifiers?.filter(
    ({ kind }) =>
      kind !== ts.SyntaxKind.ExportKeyword &&
      kind !== ts.SyntaxKind.AsyncKeyword &&
      kind !== ts.SyntaxKind.OverrideKeyword,
  );

/** A declaration as its user sees it: without what it does. */
function outline(node: ts.Node, context: ts.TransformationContext): ts.Node | undefined {
  const { factory: f } = context;
  if (isHidden(node)) return undefined;
  if (ts.isFunctionDeclaration(node)) {
    const { name, typeParameters, parameters, type } = node;
    return f.updateFunctionDeclaration(
      node,
      kept(node.modifiers),
      undefined,
      name,
      typeParameters,
      parameters,
      type,
      undefined,
    );
  }
  if (ts.isInterfaceDeclaration(node)) {
    const { name, typeParameters, heritageClauses, members } = node;
    return f.updateInterfaceDeclaration(
      node,
      kept(node.modifiers),
      name,
      typeParameters,
      heritageClauses,
      members,
    );
  }
  if (ts.isTypeAliasDeclaration(node)) {
    const { name, typeParameters, type } = node;
    return f.updateTypeAliasDeclaration(node, kept(node.modifiers), name, typeParameters, type);
  }
  return node;
}

/** The members of a class with their types, as its declaration file has them. */
function classText(node: ts.ClassDeclaration, symbol: ts.Symbol): string {
  const { heritageClauses = [], typeParameters } = node;
  const type = checker.getDeclaredTypeOfSymbol(symbol);
  const own = checker
    .getPropertiesOfType(type)
    .filter(({ declarations = [] }) => declarations.some((each) => each.parent === node))
    .filter(({ declarations = [] }) => !declarations.some(isHidden))
    .filter(({ name }) => !name.startsWith('__'));
  const members = own.map((member) => {
    const text = checker.typeToString(
      checker.getTypeOfSymbol(member),
      node,
      ts.TypeFormatFlags.NoTruncation,
    );
    return `${member.name}: ${text};`;
  });
  const signatures = checker
    .getTypeOfSymbol(symbol)
    .getConstructSignatures()
    .map((signature) => `constructor(${signature.parameters.map(parameterText).join(', ')});`);
  const generics = typeParameters
    ? `<${typeParameters.map((each) => each.getText()).join(', ')}>`
    : '';
  const heritage = heritageClauses.map((each) => each.getText()).join(' ');
  return `declare class ${symbol.name}${generics} ${heritage} { ${[...signatures, ...members].join('\n')} }`;
}

function parameterText(parameter: ts.Symbol): string {
  const { valueDeclaration } = parameter;
  return valueDeclaration
    ? printer.printNode(ts.EmitHint.Unspecified, valueDeclaration, valueDeclaration.getSourceFile())
    : parameter.name;
}

/** Not what implements overloads, nor what is there to give a mistake a better message. */
const isSignature = (count: number) => (node: ts.Declaration) =>
  !ts.isFunctionDeclaration(node) ||
  (node.type?.kind !== ts.SyntaxKind.NeverKeyword && (!node.body || count === 1));

/** The interfaces without a section that a type is put together of. */
function partsOf({ declarations = [] }: ts.Symbol): readonly ts.Declaration[] {
  const parts = new Set<ts.Declaration>();
  const visit = (node: ts.Node): void => {
    if (ts.isTypeReferenceNode(node)) {
      const symbol = checker.getSymbolAtLocation(node.typeName);
      for (const each of symbol ? (resolved(symbol).declarations ?? []) : [])
        if (isUnexported(each)) parts.add(each);
    }
    ts.forEachChild(node, visit);
  };
  declarations.filter(ts.isTypeAliasDeclaration).forEach(visit);
  return [...parts];
}

function declarationText(symbol: ts.Symbol): string {
  const { declarations = [] } = symbol;
  return [...declarations.filter(isSignature(declarations.length)), ...partsOf(symbol)]
    .map((node) => {
      if (ts.isClassDeclaration(node)) return classText(node, symbol);
      if (ts.isVariableDeclaration(node)) {
        const type = checker.typeToString(checker.getTypeOfSymbol(symbol), node);
        return `declare const ${symbol.name}: ${type};`;
      }
      const { transformed } = ts.transform<ts.Node>(node, [
        (context) => (root) => outline(root, context) ?? root,
      ]);
      const [outlined = node] = transformed;
      return printer.printNode(ts.EmitHint.Unspecified, outlined, node.getSourceFile());
    })
    .join('\n');
}

const prettierOptions = await resolveConfig(fromRoot('package.json'));

async function formatted(code: string): Promise<string> {
  const text = await format(code, { ...prettierOptions, printWidth: 80, parser: 'typescript' });
  return text.trim();
}

/** What the members of an interface or a class mean. */
function membersOf(symbol: ts.Symbol, from: Entry): string {
  const isRecord = (symbol.flags & (ts.SymbolFlags.Interface | ts.SymbolFlags.Class)) !== 0;
  const isLiteral = (symbol.declarations ?? []).some(
    (node) => ts.isTypeAliasDeclaration(node) && ts.isTypeLiteralNode(node.type),
  );
  if (!isRecord && !isLiteral) return '';
  const own = new Set<ts.Node>(
    (symbol.declarations ?? []).map((node) => (ts.isTypeAliasDeclaration(node) ? node.type : node)),
  );
  // Those of a type with a section of its own stand there.
  const isTold = ({ declarations = [] }: ts.Symbol) =>
    declarations.some(({ parent }) => own.has(parent) || isUnexported(parent));
  return checker
    .getPropertiesOfType(checker.getDeclaredTypeOfSymbol(symbol))
    .filter((member) => isTold(member) && docOf(member) !== '')
    .filter(({ declarations = [] }) => !declarations.some(isHidden))
    .map((member) => memberText(member, own, from))
    .join('\n');
}

/** Whether it is an interface of ours that no entry exports, and so has no section. */
function isUnexported(node: ts.Node): node is ts.InterfaceDeclaration {
  if (!ts.isInterfaceDeclaration(node)) return false;
  const symbol = checker.getSymbolAtLocation(node.name);
  const isOurs = node.getSourceFile().fileName.startsWith(fromRoot('src/'));
  return isOurs && symbol !== undefined && !homes.has(symbol);
}

/** The name of a member, with its type where that is not in the code above. */
function headingOf(member: ts.Symbol, own: ReadonlySet<ts.Node>): string {
  const [declaration] = member.declarations ?? [];
  if (!declaration || own.has(declaration.parent)) return member.name;
  const text = printer.printNode(ts.EmitHint.Unspecified, declaration, declaration.getSourceFile());
  return text.replaceAll(/\s+/g, ' ').replace(/;$/, '');
}

function memberText(member: ts.Symbol, own: ReadonlySet<ts.Node>, from: Entry): string {
  const meaning = markdown(docOf(member), from).replaceAll(/\s+/g, ' ');
  const [otherwise] = tagsOf(member, 'defaultValue');
  const fallback = otherwise ? ` Default: ${markdown(otherwise, from)}.` : '';
  return `- \`${headingOf(member, own)}\`: ${meaning}${fallback}`;
}

async function sectionOf({ name, symbol }: Export, from: Entry): Promise<string> {
  const code = await formatted(declarationText(symbol));
  const parts = [
    `### ${name}`,
    markdown(docOf(symbol), from),
    `\`\`\`ts\n${code}\n\`\`\``,
    membersOf(symbol, from),
    ...tagsOf(symbol, 'param').map((text) => `- ${markdown(text, from)}`),
    ...tagsOf(symbol, 'returns').map((text) => `**Returns** ${markdown(text, from)}`),
    ...tagsOf(symbol, 'throws').map((text) => `**Throws** ${markdown(text, from)}`),
    ...tagsOf(symbol, 'example').map((text) => markdown(text, from)),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

/** The groups of a page, in their order. */
const groups: Readonly<Record<string, ts.SymbolFlags>> = {
  Functions: ts.SymbolFlags.Function,
  Classes: ts.SymbolFlags.Class,
  Constants: ts.SymbolFlags.Variable,
  Types: ts.SymbolFlags.Interface | ts.SymbolFlags.TypeAlias,
};

const groupOf = ({ flags }: ts.Symbol): string =>
  Object.entries(groups).find(([, mask]) => (flags & mask) !== 0)?.[0] ?? 'Types';

/** What the entry exports and another page tells of. */
function elsewhere(entry: Entry): readonly string[] {
  const others = entry.exports.filter(({ symbol }) => homes.get(symbol) !== entry);
  if (others.length === 0) return [];
  const links = others.map(({ name }) => linked(name, entry));
  return [`## The same as in other entries\n\n${links.join(', ')}`];
}

async function pageOf(entry: Entry): Promise<string> {
  const own = entry.exports.filter(({ symbol }) => homes.get(symbol) === entry);
  const sections = await Promise.all(
    Object.keys(groups).map(async (group) => {
      const members = own.filter(({ symbol }) => groupOf(symbol) === group);
      if (members.length === 0) return [];
      return [`## ${group}`, ...(await Promise.all(members.map((each) => sectionOf(each, entry))))];
    }),
  );
  const head = [`# ${entry.name}`, markdown(entry.meaning, entry)];
  return [...head, ...sections.flat(), ...elsewhere(entry)].join('\n\n') + '\n';
}

/** The page of Storybook that shows the text. */
const stub = (
  title: string,
  file: string,
) => `import { Markdown, Meta } from '@storybook/addon-docs/blocks';
import { MdxCode, MdxPre } from '../../ui/code/MdxCode.tsx';
import text from './${file}.md?raw';

<Meta title="${title}" />

<Markdown options={{ overrides: { code: MdxCode, pre: MdxPre } }}>{text}</Markdown>
`;

const files = new Map<string, string>();
for (const entry of entries) {
  const title = apiTitle(entry.name);
  const file = pageId(title);
  files.set(`${file}.md`, await pageOf(entry));
  files.set(`${file}.mdx`, stub(title, file));
}
// One by one: a Storybook that runs would lose pages that are away for a moment.
mkdirSync(folder, { recursive: true });
for (const name of readdirSync(folder)) if (!files.has(name)) rmSync(path.join(folder, name));
for (const [name, text] of files) writeFileSync(path.join(folder, name), text);
