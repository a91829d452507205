// Writes dist/*.cjs and *.d.cts: each file of the build, made of the ES module of the same name. Not by tsup, whose way
// to part CommonJS goes through a compiler that mixes up the order of private fields.
import { build } from 'esbuild';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const files = readdirSync(dist);

/** Has a file load the others of its kind. */
function rename(file: string, from: RegExp, to: string): void {
  writeFileSync(dist + file, readFileSync(dist + file, 'utf8').replaceAll(from, to));
}

// What TypeScript needs to know of `Symbol.asyncDispose`.
const testing = `${dist}testing.d.ts`;
const declarations = readFileSync(testing, 'utf8');
writeFileSync(testing, `/// <reference lib="esnext.disposable" />\n${declarations}`);

await build({
  entryPoints: files.filter((file) => file.endsWith('.js')).map((file) => dist + file),
  outdir: dist,
  outExtension: { '.js': '.cjs' },
  format: 'cjs',
  platform: 'node',
  target: ['chrome97', 'safari15.4', 'firefox104', 'node18'],
  sourcemap: true,
  logLevel: 'warning',
  // Test runners load CommonJS without support for `import()`.
  supported: { 'dynamic-import': false },
});

for (const file of readdirSync(dist)) {
  if (file.endsWith('.cjs')) rename(file, /(require\("\.\/[\w-]+)\.js"\)/g, '$1.cjs")');
}
for (const file of files.filter((name) => name.endsWith('.d.ts'))) {
  const copy = file.replace(/ts$/, 'cts');
  writeFileSync(dist + copy, readFileSync(dist + file, 'utf8'));
  rename(copy, /(['"]\.\/[\w-]+)\.js(['"])/g, '$1.cjs$2');
}
