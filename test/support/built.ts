import { existsSync, readdirSync, statSync } from 'node:fs';
import { fromRoot } from './fromRoot.ts';

const changedAt = (path: string) => statSync(fromRoot(path)).mtimeMs;
const sources = readdirSync(fromRoot('src'), { recursive: true, encoding: 'utf8' });
const lastChange = Math.max(...sources.map((path) => changedAt(`src/${path}`)));
/** The declarations of the entries that the types under test come from. */
export const typesOfEntries = ['index', 'core'].map((entry) => `dist/${entry}.d.ts`);
/** Whether there is a build; one from before the last change says nothing of the sources. `npm test` builds first. */
export const isBuilt = typesOfEntries.every(
  (path) => existsSync(fromRoot(path)) && changedAt(path) > lastChange,
);
