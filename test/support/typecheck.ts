import ts from 'typescript';
import { fromRoot } from './fromRoot.ts';

/** What is to be checked, and how. */
export interface Typecheck {
  /** The files to check. */
  files: readonly string[];
  /** Texts of files that are not on the disk, by their path. */
  texts?: ReadonlyMap<string, string>;
  options?: ts.CompilerOptions;
  /** Checks what the files import too, libraries of others apart. */
  withImports?: boolean;
}

/** One error of the compiler; `line` counts from 1, and is 0 where the error is of no file. */
export interface TypeProblem {
  file: string;
  line: number;
  message: string;
}

/** The package's names lead to its sources. */
export const fromSources: ts.CompilerOptions = {
  paths: {
    'use-event-stream': [fromRoot('src/index.ts')],
    'use-event-stream/core': [fromRoot('src/core/index.ts')],
    'use-event-stream/ai': [fromRoot('src/ai/index.ts')],
    'use-event-stream/devtools': [fromRoot('src/devtools/index.ts')],
    'use-event-stream/testing': [fromRoot('src/testing/index.ts')],
  },
};

/** The strictest that a user may be, and no types but those that are imported. */
const strictest: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  lib: ['es2023', 'dom', 'dom.iterable', 'dom.asynciterable'].map((lib) => `lib.${lib}.d.ts`),
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  jsx: ts.JsxEmit.ReactJSX,
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  types: [],
  allowImportingTsExtensions: true,
  // Users who publish a hook of their own emit declarations: every type in them must have a name.
  declaration: true,
  emitDeclarationOnly: true,
};

function problemOf({ file, start = 0, messageText }: ts.Diagnostic): TypeProblem {
  const message = ts.flattenDiagnosticMessageText(messageText, '\n');
  if (!file) return { file: '', line: 0, message };
  const { line } = file.getLineAndCharacterOfPosition(start);
  return { file: file.fileName, line: line + 1, message };
}

/** What was parsed before, by how it was parsed. Most of what two checks read is the same. */
const parsed = new Map<string, ts.SourceFile | undefined>();

function hostFor(options: ts.CompilerOptions, texts: ReadonlyMap<string, string>): ts.CompilerHost {
  const host = ts.createCompilerHost(options, true);
  const before = { ...host };
  host.fileExists = (path) => texts.has(path) || before.fileExists(path);
  host.readFile = (path) => texts.get(path) ?? before.readFile(path);
  host.getSourceFile = (path, how, ...rest) => {
    if (texts.has(path)) return before.getSourceFile(path, how, ...rest);
    const format = typeof how === 'object' ? how.impliedNodeFormat : undefined;
    const key = [options.module, format, path].join();
    if (!parsed.has(key)) parsed.set(key, before.getSourceFile(path, how, ...rest));
    return parsed.get(key);
  };
  return host;
}

const isOurs = ({ fileName }: ts.SourceFile) => !fileName.includes('/node_modules/');

/** Type-checks files as their user would; `program` tells what was read for it. */
export function typecheck({ files, texts = new Map(), options = {}, withImports }: Typecheck) {
  const all = { ...strictest, ...options };
  const roots = [...files, fromRoot('src/development.d.ts')];
  const program = ts.createProgram(roots, all, hostFor(all, texts));
  const checked = program
    .getSourceFiles()
    .filter((file) => (withImports ? isOurs(file) : files.includes(file.fileName)));
  const problems = [
    ...program.getOptionsDiagnostics(),
    ...program.getGlobalDiagnostics(),
    ...checked.flatMap((file) => [
      ...program.getSyntacticDiagnostics(file),
      ...program.getSemanticDiagnostics(file),
      ...(all.declaration && !file.isDeclarationFile
        ? program.getDeclarationDiagnostics(file)
        : []),
    ]),
  ];
  return { program, problems: problems.map(problemOf) };
}
