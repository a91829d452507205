import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/** A file of the package, by its path from the root. */
export const fromRoot = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** What is to be checked, and how. */
export interface Typecheck {
  /** The files to begin with; what they import is checked too. */
  files: readonly string[];
  /** Texts of files that are not on the disk, by their path. */
  texts?: ReadonlyMap<string, string>;
  options?: ts.CompilerOptions;
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
  skipLibCheck: false,
  // TypeScript's own libraries are checked by its makers, and are most of the work.
  skipDefaultLibCheck: true,
  types: [],
  allowImportingTsExtensions: true,
  // Whoever publishes a hook of their own emits declarations: every type in them must have a name.
  declaration: true,
  emitDeclarationOnly: true,
};

function problemOf({ file, start = 0, messageText }: ts.Diagnostic): TypeProblem {
  const message = ts.flattenDiagnosticMessageText(messageText, '\n');
  if (!file) return { file: '', line: 0, message };
  const { line } = file.getLineAndCharacterOfPosition(start);
  return { file: file.fileName, line: line + 1, message };
}

function hostFor(options: ts.CompilerOptions, texts: ReadonlyMap<string, string>): ts.CompilerHost {
  const host = ts.createCompilerHost(options, true);
  const before = { ...host };
  host.fileExists = (path) => texts.has(path) || before.fileExists(path);
  host.readFile = (path) => texts.get(path) ?? before.readFile(path);
  return host;
}

/** Type-checks files as their user would; `program` tells what was read for it. */
export function typecheck({ files, texts = new Map(), options = {} }: Typecheck) {
  const all = { ...strictest, ...options };
  const program = ts.createProgram(
    [...files, fromRoot('src/development.d.ts')],
    all,
    hostFor(all, texts),
  );
  return { program, problems: ts.getPreEmitDiagnostics(program).map(problemOf) };
}
