/**
 * Measures use-event-stream beside other ways to do the same, in Chromium.
 *
 * `npm run bench` looks at all in under three minutes; with `-- --full` it takes the time that figures
 * worth quoting need; with `-- --gate` it fails where one of a few steady ratios is far from its target.
 * `-- --techniques` measures what each technique is worth, by taking it out of the sources.
 * `-- --only core,log` names scenarios, of which `--full` then puts the figures beside those of the others;
 * `-- --rounds 9` says how many rounds. With `BASE_DIST` in the environment, the build of that folder takes
 * part as well, for ratios to an earlier version.
 */
import { execFileSync, fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Chromium, Metrics } from './chromium.ts';
import { conclude, table, type Outcome, type Round } from './report.ts';
import {
  baseDist,
  onBase,
  type Contestant,
  type MakeScenario,
  type Mode,
  type Query,
  type Scenario,
  type Server,
} from './scenario.ts';
import { bigEvent, calls, core, inNode } from './scenarios/core.ts';
import { fanOut } from './scenarios/fanOut.ts';
import { flatOut, parsed, rates } from './scenarios/list.ts';
import { bounded, log, logMemory, retained } from './scenarios/memory.ts';
import {
  cells,
  connections,
  hooks,
  pace,
  settlings,
  transition,
  typing,
} from './scenarios/page.ts';
import { techniqueScenarios } from './scenarios/techniques.ts';
import { folderOf, techniques, without, type TechniqueName } from './techniques.ts';

const all: readonly MakeScenario[] = [
  core,
  inNode,
  calls,
  flatOut,
  ...rates,
  parsed,
  log,
  logMemory,
  bounded,
  retained,
  bigEvent,
  hooks,
  connections,
  transition,
  ...settlings,
  pace,
  cells,
  typing,
  fanOut,
];

const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));

const { values } = parseArgs({
  options: {
    full: { type: 'boolean', default: false },
    gate: { type: 'boolean', default: false },
    techniques: { type: 'boolean', default: false },
    only: { type: 'string' },
    rounds: { type: 'string' },
  },
});

const mode: Mode = values.gate ? 'gate' : values.full ? 'full' : 'quick';
const resultFile = `results/${values.techniques ? 'techniques' : mode}.json`;

function install(): void {
  if (existsSync(here('node_modules'))) return;
  execFileSync('npm', ['ci', '--loglevel=error'], { cwd: here('.'), stdio: 'inherit' });
}

const dist = here('../../dist');
const ports = 40;

async function startServer(folder: string): Promise<{ process: ChildProcess; hosts: string[] }> {
  const process = fork(here('server.ts'), [folder, String(ports)]);
  const [hosts] = (await once(process, 'message')) as [string[]];
  return { process, hosts };
}

function address(base: string, query: Query): string {
  const entries = Object.entries(query).map(([key, value]) => [key, String(value)]);
  return `${base}?${new URLSearchParams(entries).toString()}`;
}

/** Where the contestants are measured. */
interface Stage {
  browser: Chromium;
  host: string;
  /** Where the built pages are. */
  folder: string;
}

/** Has the server make what it sends flat out, before anyone is timed. */
async function prepare({ contestants }: Scenario): Promise<void> {
  const urls = new Set(contestants.map(({ query }) => String(query['url'] ?? '')));
  for (const url of urls) {
    if (!url) continue;
    const { body } = await fetch(url);
    await body?.cancel();
  }
}

/** What a script of Node's own sends of a contestant. */
async function sampleInNode(script: string, query: Query, folder: string): Promise<Metrics> {
  const env = { ...process.env, NODE_ENV: 'production' };
  const child = fork(here(script), [JSON.stringify(query), folder], { env });
  const metrics = new Promise<Metrics>((sent) => child.once('message', sent));
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`${script} failed; what it says stands above.`);
  return metrics;
}

async function sample(
  { browser, host, folder }: Stage,
  scenario: Scenario,
  contestant: Contestant,
): Promise<Metrics> {
  const { name } = contestant;
  const query = { contestant: name, ...contestant.query };
  if ('script' in scenario) return sampleInNode(scenario.script, query, folder);
  const page = await browser.open(address(`${host}/`, { scene: scenario.scene, ...query }));
  try {
    const patience = scenario.patience ?? 120_000;
    return (await within(patience, scenario.measure(page, contestant))) ?? { hung: 1 };
  } catch (cause) {
    throw new Error(`${name} failed in the scenario ${scenario.name}; see the cause.`, { cause });
  } finally {
    await page.close();
  }
}

/** What comes of it, or null where nothing comes in so many milliseconds. */
async function within<T>(ms: number, promise: Promise<T>): Promise<T | null> {
  const control = new AbortController();
  const late = sleep(ms, null, { signal: control.signal }).catch(() => null);
  try {
    return await Promise.race([promise, late]);
  } finally {
    control.abort();
  }
}

/** The scenario with its own contestants once more on the base's build, where one is given. */
function withBase(scenario: Scenario): Scenario {
  const { contestants, own = [] } = scenario;
  const again = contestants
    .filter(({ name }) => baseDist && own.includes(name))
    .map(({ name, query }) => ({
      name: onBase(name),
      query: { contestant: name, ...query, build: 'base' },
    }));
  return { ...scenario, contestants: [...contestants, ...again] };
}

/** All contestants, one after the other, round by round. */
async function play(stage: Stage, scenario: Scenario): Promise<Round[]> {
  await prepare(scenario);
  const rounds: Round[] = [];
  const count = Number(values.rounds ?? scenario.rounds);
  while (rounds.length < count) {
    const load = loadavg()[0] ?? NaN;
    const samples: Record<string, Metrics> = {};
    for (const contestant of scenario.contestants) {
      process.stderr.write(
        `\r\x1b[K${scenario.name}, round ${String(rounds.length + 1)}: ${contestant.name}`,
      );
      samples[contestant.name] = await sample(stage, scenario, contestant);
    }
    rounds.push({ load, samples });
  }
  process.stderr.write('\r\x1b[K');
  return rounds;
}

/** What the file has of scenarios that were not asked for. */
async function others(file: string, outcomes: readonly Outcome[]): Promise<readonly Outcome[]> {
  if (values.only === undefined || !existsSync(file)) return [];
  const before = JSON.parse(await readFile(file, 'utf8')) as { outcomes: readonly Outcome[] };
  return before.outcomes.filter(({ name }) => outcomes.every((outcome) => outcome.name !== name));
}

async function save(browser: Chromium, measured: readonly Outcome[]): Promise<void> {
  const file = here(resultFile);
  await mkdir(path.dirname(file), { recursive: true });
  const outcomes = [...(await others(file, measured)), ...measured];
  const machine = {
    processors: cpus().length,
    model: cpus()[0]?.model ?? 'unknown',
    node: process.version,
    browser: await browser.version(),
  };
  const result = { mode, date: new Date().toISOString(), machine, outcomes };
  await writeFile(file, JSON.stringify(result, null, 2) + '\n');
}

/** Builds the pages, and where it is asked for, once more without each technique. */
async function bundlePages(folder: string): Promise<void> {
  const { bundle, fromDist, fromSources } = await import('./bundle.ts');
  if (baseDist) await bundle(path.join(folder, 'base'), fromDist(baseDist));
  if (!values.techniques) {
    await bundle(folder, fromDist(dist));
    return;
  }
  await bundle(folder, fromSources);
  for (const name of Object.keys(techniques) as TechniqueName[]) {
    await bundle(path.join(folder, folderOf(name)), fromSources, [without(name)]);
  }
}

/** The very first page of a browser is slower than all others: nobody is measured on it. */
async function warmUp(stage: Stage, [first]: readonly Scenario[]): Promise<void> {
  const contestant = first?.contestants[0];
  if (first && contestant) await sample(stage, first, contestant);
}

async function main(): Promise<void> {
  install();
  const { Chromium } = await import('./chromium.ts');
  const folder = await mkdtemp(path.join(tmpdir(), 'bench-'));
  await bundlePages(folder);
  const { process: child, hosts } = await startServer(folder);
  const server: Server = {
    stream: (name, query, host = 0) =>
      address(`${hosts[host % hosts.length] ?? ''}/${name}`, query),
  };
  const browser = await Chromium.launch();
  const stage = { browser, folder, host: hosts[0] ?? '' };
  const outcomes: Outcome[] = [];
  const isSaved = mode === 'full' || (!values.only && mode !== 'gate');
  try {
    const asked = values.only?.split(',');
    const makers = values.techniques ? techniqueScenarios : all;
    const scenarios = makers
      .map((make) => make(mode, server))
      .filter((scenario) => scenario !== null)
      .map(withBase)
      .filter(({ name }) => !asked || asked.some((start) => name.startsWith(start)))
      .filter(({ targets }) => mode !== 'gate' || targets.some(({ gate }) => gate !== undefined));
    await warmUp(stage, scenarios);
    for (const scenario of scenarios) {
      const rounds = await play(stage, scenario);
      const outcome = conclude(scenario, rounds, mode === 'gate');
      outcomes.push(outcome);
      console.log(table(outcome));
      // Each time anew: what was measured is not lost where a later scenario fails.
      if (isSaved) await save(browser, outcomes);
    }
    if (isSaved) console.log(`\nAll figures are in test/bench/${resultFile}`);
  } finally {
    await browser.close();
    child.disconnect();
    await rm(folder, { recursive: true, force: true });
  }
  const missed = outcomes.flatMap(({ verdicts }) => verdicts).filter(({ holds }) => !holds);
  console.log(`${String(missed.length)} targets are missed.`);
  if (mode === 'gate' && missed.length > 0) process.exitCode = 1;
}

await main();
