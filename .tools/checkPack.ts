// Checks what would be published: every file that is promised, nothing else, nothing left unbundled.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pack, subpathFiles } from './pack.ts';

const built = [
  'ai',
  'core',
  'devtools',
  'index',
  'msw',
  'server',
  'serverRedis',
  'serverTesting',
  'tabs',
  'tabsWorker',
  'testing',
  'websocket',
].flatMap((name) =>
  ['.js', '.js.map', '.cjs', '.cjs.map', '.d.ts', '.d.cts'].map((ext) => `dist/${name}${ext}`),
);
const required = [
  ...['AGENTS.md', 'LICENSE', 'package.json', 'dist/THIRD_PARTY_LICENSES'],
  ...built,
  ...subpathFiles,
];
const optional = ['README.md', 'CHANGELOG.md'];
// What several entries need, by a hash of what is in it; of types by their name too.
const shared = /^dist\/((chunk|Panel)-[A-Z0-9]+\.c?js(\.map)?|\w+-[\w-]+\.d\.c?ts)$/;

const problems: string[] = [];

const folder = mkdtempSync(path.join(tmpdir(), 'use-event-stream-pack-'));
process.on('exit', () => {
  rmSync(folder, { recursive: true });
});
const { tarball, files } = await pack(folder);
const packed = new Set(files);
for (const file of required) if (!packed.has(file)) problems.push(`${file} is missing`);
for (const file of packed)
  if (!required.includes(file) && !optional.includes(file) && !shared.test(file))
    problems.push(`${file} should not be published`);

/** A file of the build and all that it loads of the build. */
function loadedBy(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const [, name] of readFileSync(file, 'utf8').matchAll(/['"]\.\/([\w-]+\.c?js)['"]/g)) {
    if (name) loadedBy(`dist/${name}`, seen);
  }
  return seen;
}

const scripts = [...packed].filter((name) => /^dist\/.*\.c?js$/.test(name));
for (const file of scripts) {
  const code = readFileSync(file, 'utf8');
  if (/(?:from|import|require\()\s*['"]eventsource-parser/.test(code))
    problems.push(`${file} imports eventsource-parser, which consumers do not have`);
  if (/^(?:"use strict";\s*)?"use client";/.test(code) !== /^dist\/(index|devtools)\./.test(file))
    problems.push(`${file}: only the entries with hooks and components start with "use client"`);
}
for (const ext of ['js', 'cjs']) {
  // One React context, and one core.
  for (const word of [/createContext\)?\(/, /Symbol\.for\(['"]use-event-stream\.store/]) {
    const holders = scripts.filter(
      (name) => name.endsWith(`.${ext}`) && word.test(readFileSync(name, 'utf8')),
    );
    if (holders.length !== 1)
      problems.push(
        `${String(holders.length)} files of .${ext} have ${String(word)}: ${holders.join(', ')}`,
      );
  }
  for (const entry of [
    'core',
    'server',
    'serverRedis',
    'serverTesting',
    'tabs',
    'tabsWorker',
    'websocket',
  ])
    for (const file of loadedBy(`dist/${entry}.${ext}`))
      if (/['"](?:react|use-sync-external-store)\b/.test(readFileSync(file, 'utf8')))
        problems.push(`${file} imports React, and the entry ${entry} loads it`);
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
