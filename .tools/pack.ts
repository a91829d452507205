// Packs the package. Beside `dist` it holds a folder with a package.json for every subpath of `exports`, for
// tools that do not read that field: npm runs this with `--write` before it packs and with `--remove` after.
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs, promisify } from 'node:util';

interface Conditions {
  types: string;
  default: string;
}

const root = path.resolve(import.meta.dirname, '..');
const { exports } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
  exports: Record<string, string | { import: Conditions; require: Conditions }>;
};

const subpaths = Object.entries(exports).flatMap(([name, target]) => {
  if (name === '.' || typeof target === 'string') return [];
  const folder = name.slice('./'.length);
  const fromFolder = (file: string) => path.posix.relative(folder, path.posix.normalize(file));
  const manifest = {
    main: fromFolder(target.require.default),
    module: fromFolder(target.import.default),
    types: fromFolder(target.import.types),
    sideEffects: false,
  };
  return [{ folder, file: `${folder}/package.json`, manifest }];
});

/** The files that are there while npm packs. */
export const subpathFiles = subpaths.map(({ file }) => file);

function write(): void {
  for (const { folder, file, manifest } of subpaths) {
    mkdirSync(path.join(root, folder), { recursive: true });
    writeFileSync(path.join(root, file), `${JSON.stringify(manifest, null, 2)}\n`);
  }
}

function remove(): void {
  for (const { folder } of subpaths)
    rmSync(path.join(root, folder), { recursive: true, force: true });
}

/** Packs what `dist` holds, and gives the path of the tarball and of each file in it. */
export async function pack(folder: string): Promise<{ tarball: string; files: string[] }> {
  try {
    const args = ['pack', '--json', '--foreground-scripts=false', '--loglevel=error'];
    const { stdout } = await promisify(execFile)('npm', [...args, '--pack-destination', folder], {
      cwd: root,
      shell: process.platform === 'win32',
    });
    const [packed] = Object.values(
      JSON.parse(stdout) as Record<string, { filename: string; files: { path: string }[] }>,
    );
    if (!packed) throw new Error(`npm pack has packed nothing: ${stdout}`);
    return {
      tarball: path.join(folder, packed.filename),
      files: packed.files.map((file) => file.path),
    };
  } finally {
    // npm takes them away only after it has packed.
    remove();
  }
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { write: { type: 'boolean' }, remove: { type: 'boolean' } },
  });
  if (values.write) write();
  if (values.remove) remove();
}
