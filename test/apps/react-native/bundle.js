/** Bundles the app with one of two presets, and compiles the bundle for Hermes: `node bundle.js expo`. */
const { execFileSync } = require('node:child_process');
const { chmodSync, mkdirSync } = require('node:fs');
const path = require('node:path');

const [preset] = process.argv.slice(2);
const bundle = `${preset}.js`;
// Metro keeps its cache there. Nothing of it is to come from the other preset, or to stay.
const temporary = path.join(__dirname, `${preset}-cache`);
mkdirSync(temporary);

const quiet = { CI: '1', EXPO_OFFLINE: '1', EXPO_NO_TELEMETRY: '1' };
const env = { ...process.env, ...quiet, PRESET: preset, TMPDIR: temporary, TEMP: temporary };
const run = (file, ...args) => execFileSync(file, args, { cwd: __dirname, env, stdio: 'inherit' });

run(
  ...[process.execPath, require.resolve('expo/bin/cli'), 'export:embed', '--entry-file', 'app.js'],
  ...['--platform', 'ios', '--dev', 'false', '--minify', 'false', '--bundle-output', bundle],
);

const folder = { darwin: 'osx-bin', linux: 'linux64-bin', win32: 'win64-bin' }[process.platform];
const hermesc = path.join(__dirname, 'node_modules/hermes-compiler/hermesc', folder, 'hermesc');
// Without its install script the package has no right to be run.
if (process.platform !== 'win32') chmodSync(hermesc, 0o755);
run(hermesc, '-O', '-w', '-emit-binary', '-out', `${preset}.hbc`, bundle);
