/** The files that demos are made of, as they run, by their path below `stories`. */
const files = Object.fromEntries(
  Object.entries(
    import.meta.glob<string>(
      [
        '../../{ui,server,landing}/**/*.{ts,tsx,css}',
        '../../docs/{client,server}/*.{ts,tsx}',
        '../../*.tsx',
      ],
      { query: '?raw', import: 'default' },
    ),
  ).map(([path, load]) => [path.replace(/^(\.\.\/)+/, ''), load]),
);

/** Whether there is such a file. */
export const hasFile = (path: string): boolean => path in files;

/** The text of a file. */
export async function textOf(path: string): Promise<string> {
  const load = files[path];
  if (!load) throw new Error(`There is no file ${path} below stories.`);
  return load();
}

/** The path of the file in which a component is written, such as `ui/LivePrices.tsx`. */
export const fileOf = (component: string): string | undefined =>
  Object.keys(files).find((path) => path.endsWith(`/${component}.tsx`));

const importsIn = /^(?:import|export)\s[^;]*?(?:from\s+)?'(\.{1,2}\/[^'?]+)(?:\?\w+)?';/gm;

/** The files of the demos that a file imports. */
export function importsOf(path: string, text: string): readonly string[] {
  const paths = [...text.matchAll(importsIn)].map(([, target = '']) => joined(path, target));
  return [...new Set(paths)].filter(hasFile);
}

function joined(path: string, target: string): string {
  const base = new URL(path, 'file:///stories/');
  return new URL(target, base).pathname.replace('/stories/', '');
}

/** A file, and all files of the demos that it is made of, in the order in which they are met. */
export async function withImports(path: string): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  const waiting = [path];
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    if (texts.has(next)) continue;
    const text = await textOf(next);
    texts.set(next, text);
    waiting.push(...importsOf(next, text));
  }
  return texts;
}

const hooks = /\b(?:use(?:EventStream|StreamProgress|LogTail)|defineStream)(?:<[^(]*>)?\(/;

/** Whether a file uses a hook of the package. */
export const usesHook = (text: string): boolean => hooks.test(text);

/** The first and the last line of the first part of a file in which a hook is used, from 0. */
export function hookLines(text: string): readonly [number, number] | undefined {
  const lines = text.split('\n');
  const at = lines.findIndex((line) => hooks.test(line) && !line.startsWith('import'));
  if (at < 0) return undefined;
  const opens = (line: string) => /^(?:export |async |const |function )/.test(line);
  const start = lines.findLastIndex((line, index) => index <= at && opens(line));
  const length = lines.slice(start + 1).findIndex((line) => /^[})]/.test(line));
  return start < 0 || length < 0 ? undefined : [start, start + 1 + length];
}

const routes = /app\.\w+\('([^']+)',[^\n]*?=> (\w+)\(/g;

/** The files of the demo server that answer what a text asks for, such as `/api/prices`. */
export async function serverFilesOf(text: string): Promise<readonly string[]> {
  const index = await textOf('server/index.ts');
  const asked = new Set([...text.matchAll(/\/api(\/[\w.]+)/g)].map(([, path]) => path));
  const answers = [...index.matchAll(routes)].flatMap(([, path = '', answer = '']) =>
    asked.has(/^\/[\w.]+/.exec(path)?.[0]) ? [answer] : [],
  );
  const importing = (name: string) =>
    new RegExp(`import {[^}]*\\b${name}\\b[^}]*} from '\\./([\\w.]+)'`).exec(index)?.[1];
  const paths = answers.flatMap((answer) => importing(answer) ?? []);
  return [...new Set(paths)].map((path) => `server/${path}`).filter(hasFile);
}
