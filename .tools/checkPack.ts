// Checks what would be published: every file that is promised, nothing else, nothing left unbundled.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pack, subpathFiles } from './pack.ts';

const built = ['core', 'index', 'msw', 'testing'].flatMap((name) =>
  ['.js', '.js.map', '.cjs', '.cjs.map', '.d.ts', '.d.cts'].map((ext) => `dist/${name}${ext}`),
);
const required = [
  ...['LICENSE', 'package.json', 'dist/THIRD_PARTY_LICENSES'],
  ...built,
  ...subpathFiles,
];
const optional = ['README.md', 'CHANGELOG.md'];

const problems: string[] = [];

const folder = mkdtempSync(path.join(tmpdir(), 'use-event-stream-pack-'));
process.on('exit', () => {
  rmSync(folder, { recursive: true });
});
const { tarball, files } = await pack(folder);
const packed = new Set(files);
for (const file of required) if (!packed.has(file)) problems.push(`${file} is missing`);
for (const file of packed)
  if (!required.includes(file) && !optional.includes(file))
    problems.push(`${file} should not be published`);

for (const file of built.filter((name) => !name.endsWith('.map') && packed.has(name))) {
  const code = readFileSync(file, 'utf8');
  const isScript = /\.c?js$/.test(file);
  if (/(?:from|import|require\()\s*['"]eventsource-parser/.test(code))
    problems.push(`${file} imports eventsource-parser, which consumers do not have`);
  if (isScript && code.startsWith('"use client";') !== file.startsWith('dist/index'))
    problems.push(`${file}: only the entry with hooks starts with "use client"`);
  if (file.startsWith('dist/testing') && /createContext/.test(code))
    problems.push(`${file} has a React context of its own`);
  if (file.startsWith('dist/core') && /['"](?:react|use-sync-external-store)\b/.test(code))
    problems.push(`${file} imports React`);
}

// Every resolution of TypeScript, `node10` included, which does not know `exports`.
for (const [command, ...args] of [
  ['publint', 'run', tarball, '--strict'],
  ['attw', tarball],
] as const) {
  const { status } = spawnSync(command, args, {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status !== 0) problems.push(`${command} finds fault with it`);
}

if (problems.length > 0) {
  console.error(`The package would be published wrong:\n  - ${problems.join('\n  - ')}`);
  process.exit(1);
}
console.log(`The package holds ${files.length} files, as it should.`);
