import { readFileSync } from 'node:fs';
import { fromRoot } from './fromRoot.ts';

/** The example that the docstring of StreamFormat gives, as a user would copy it. */
export function documentedFormat(): string {
  const source = readFileSync(fromRoot('src/core/format/streamFormat.ts'), 'utf8');
  const lines = source.split('\n').map((line) => line.replace(/^ \* ?/, ''));
  const begin = lines.indexOf('```ts');
  return lines.slice(begin + 1, lines.indexOf('```', begin)).join('\n');
}
