// Runs the checks of where the package runs, and writes what they print into the table of the docs.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { requireBrowser } from './browser.ts';

interface Row {
  /** What ran, with its version. */
  where: string;
  /** What was seen to work there. */
  what: string;
  /** How to see it. */
  command: string;
}

interface Report {
  testResults: {
    assertionResults: { ancestorTitles: string[]; title: string; status: string }[];
  }[];
}

const table = path.resolve(import.meta.dirname, '../stories/docs/whereItRuns.json');

function print(command: string, ...args: string[]): string {
  return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
}

/** The titles of the tests that a run of Vitest has passed; it throws where one fails. */
function passed(...args: string[]): string[] {
  const outputFile = path.join(tmpdir(), `use-event-stream-${process.pid}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile=${outputFile}`];
  execFileSync('npx', ['vitest', 'run', ...args, ...reporters], { stdio: 'inherit' });
  const { testResults } = JSON.parse(readFileSync(outputFile, 'utf8')) as Report;
  return testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .flatMap(({ ancestorTitles, title, status }) =>
      status === 'passed' ? [[...ancestorTitles, title].join(': ')] : [],
    );
}

const versions = {
  chromium: () => print(requireBrowser().path, '--version'),
  firefox: () => print(requireBrowser('firefox').path, '--version').replace('Mozilla ', ''),
  webkit: () => `WebKitGTK ${print('dpkg-query', '-W', '-f=${Version}', 'webkit2gtk-driver')}`,
};

function browser(name: keyof typeof versions, project: string, command: string): Row {
  const [where = ''] = /^\D+[\d.]+/.exec(versions[name]()) ?? [];
  const tests = passed('--project', project).length;
  return { where, what: `${tests} tests of hooks and transports on real servers`, command };
}

function react(major: number): Row {
  const file = `../node_modules/react${major === 19 ? '' : `-${major}`}/package.json`;
  const { version } = JSON.parse(readFileSync(path.resolve(import.meta.dirname, file), 'utf8')) as {
    version: string;
  };
  const tests = passed('--project', `react-${major}`, '--project', `react-${major}-strict`).length;
  const what = `${tests} tests of the hooks, a half of them in StrictMode`;
  return { where: `React ${version}`, what, command: 'npm run test:unit' };
}

/** The apps' tests are named "where, with its version: what"; of some there are several. */
function apps(project: string, command: string): Row[] {
  const titles = passed('--config', 'test/apps/vitest.config.ts', '--project', project);
  const rows = titles.flatMap((title) => {
    const [, where, what] = /^(.*?\d.*?): (.*)$/.exec(title) ?? [];
    return where && what ? [{ where, what, command }] : [];
  });
  const places = [...new Set(rows.map(({ where }) => where))];
  return places.flatMap((place) => {
    const same = rows.filter(({ where }) => where === place);
    const [first] = same;
    if (!first) return [];
    return [same.length > 1 ? { ...first, what: `${same.length} tests of an app` } : first];
  });
}

const rows = [
  browser('chromium', 'browser', 'npm test'),
  browser('firefox', 'firefox', 'npm run test:firefox'),
  browser('webkit', 'webkit', 'npm run test:webkit'),
  ...[17, 18, 19].map(react),
  ...apps('apps', 'npm test'),
  ...apps('runtimes', 'npm run test:runtimes'),
];
writeFileSync(table, `${JSON.stringify(rows, null, 2)}\n`);
console.log(`${table}: ${rows.length} rows`);
