import type { Metrics, Page } from './chromium.ts';

/** How much is asked: a look, the whole, or the few steady ones that a pull request must pass. */
export type Mode = 'quick' | 'full' | 'gate';

/** What stands in the address of a stream or of a page. */
export type Query = Readonly<Record<string, string | number>>;

/** The addresses of the server. */
export interface Server {
  /** A stream's address; `host` chooses between the ports, each of which may have six connections. */
  stream: (path: string, query: Query, host?: number) => string;
}

/** One of those that take turns. */
export interface Contestant {
  name: string;
  /** For the page; see the scene. `contestant` is the name where it does not say otherwise. */
  query: Query;
}

/** The same with events that have no ids; all others have one of 14 characters. */
export const withoutIds = ({ name, query }: Contestant): Contestant => ({
  name: `${name}, without ids`,
  query: {
    contestant: name,
    ...query,
    ids: 0,
    ...('url' in query && { url: `${String(query['url'])}&ids=0` }),
  },
});

/** What is to hold, in every round or in the median of the rounds. */
export interface Target {
  metric: string;
  of: string;
  /** With one: the ratio to its figure of the same round; with several: to the best of them that finished. */
  against?: string | readonly string[];
  /** Taken off before the ratio is made; in the unit of the metric. */
  allowance?: number;
  /** The difference to the other's figure instead of the ratio. */
  difference?: boolean;
  atLeast?: number;
  atMost?: number;
  /** The bound for a pull request, wide enough for a busy machine; without it the target is none there. */
  gate?: number;
}

/** The folder of another build that takes part where it is given, such as that of the last version. */
export const baseDist = process.env['BASE_DIST'];

/** What the base's figures are named after. */
export const onBase = (name: string) => `${name}, base`;

interface Played {
  name: string;
  title: string;
  rounds: number;
  /** Milliseconds after which a page that does not answer counts as hung; 120,000 by default. */
  patience?: number;
  contestants: readonly Contestant[];
  /** The names of those that take part once more with the base's build. */
  own?: readonly string[];
  /** The figures that the table shows. */
  columns: readonly string[];
  targets: readonly Target[];
}

/** What is measured in a page of its own. */
export interface PageScenario extends Played {
  scene: string;
  measure: (page: Page, contestant: Contestant) => Promise<Metrics>;
}

/** What is measured in a process of Node's own: a script of this folder that is given the query, and sends the figures. */
interface NodeScenario extends Played {
  script: string;
}

/** Something to measure: who takes part, how, and what is to come of it. */
export type Scenario = PageScenario | NodeScenario;

/** Makes a scenario of the size that the mode asks for; none where the mode leaves it out. */
export type MakeScenario<S extends Scenario = Scenario> = (mode: Mode, server: Server) => S | null;
