import { fileURLToPath } from 'node:url';

/** A file of the package, by its path from the root. */
export const fromRoot = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
