// Writes dist/THIRD_PARTY_LICENSES: the licences of the packages that are bundled into the build.
import { readFileSync, writeFileSync } from 'node:fs';

const bundled = ['eventsource-parser'];

const notices = bundled.map((name) => {
  const read = (file: string) =>
    readFileSync(new URL(`../node_modules/${name}/${file}`, import.meta.url), 'utf8');
  const { version } = JSON.parse(read('package.json')) as { version: string };
  return `${name} ${version}\n\n${read('LICENSE').trim()}\n`;
});

writeFileSync(
  new URL('../dist/THIRD_PARTY_LICENSES', import.meta.url),
  `The files in this folder contain code of these packages.\n\n${notices.join('\n---\n\n')}`,
);
