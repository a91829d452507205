// Checks what would be published: every file that is promised, nothing else, nothing left unbundled.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const built = ['core', 'index', 'msw', 'testing'].flatMap((name) =>
  ['.js', '.js.map', '.cjs', '.cjs.map', '.d.ts', '.d.cts'].map((ext) => `dist/${name}${ext}`),
);
const required = ['LICENSE', 'package.json', 'dist/THIRD_PARTY_LICENSES', ...built];
const optional = ['README.md', 'CHANGELOG.md'];

const problems: string[] = [];

const [pack] = Object.values(
  JSON.parse(
    execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts', '--loglevel=error'], {
      encoding: 'utf8',
      shell: process.platform === 'win32',
    }),
  ) as Record<string, { files: { path: string }[] }>,
);
const packed = new Set(pack?.files.map((file) => file.path));
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

if (problems.length > 0) {
  console.error(`The package would be published wrong:\n  - ${problems.join('\n  - ')}`);
  process.exit(1);
}
console.log(`The package holds ${packed.size} files, as it should.`);
