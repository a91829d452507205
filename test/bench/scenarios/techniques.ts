import type { Page } from '../chromium.ts';
import type { MakeScenario, PageScenario, Query, Scenario } from '../scenario.ts';
import { folderOf, type TechniqueName } from '../techniques.ts';
import { log, retained } from './memory.ts';
import { flow } from './page.ts';

const own = 'use-event-stream';
const core = 'use-event-stream/core';
const count = 1_000_000;

type Measured = Pick<PageScenario, 'scene' | 'measure' | 'columns'>;

/** The same page with a technique, and without each of some. */
const beside = (
  [name, title]: readonly [name: string, title: string],
  query: Query,
  { measured, names }: { measured: Measured; names: readonly TechniqueName[] },
): Scenario => ({
  ...measured,
  name,
  title,
  rounds: 5,
  contestants: [
    { name: 'as it is', query },
    ...names.map((name) => ({
      name: name.startsWith('pauses by') ? name : `without ${name}`,
      query: { ...query, build: folderOf(name) },
    })),
  ],
  targets: [],
});

const reading: Measured = {
  scene: 'core',
  measure: (page) => page.run('read'),
  columns: ['ms', 'perSecond'],
};

const showing: Measured = {
  scene: 'list',
  measure: (page) => page.run('show'),
  columns: ['ms', 'commits', 'dropped', 'worstFrame', 'longTasks', 'longestTask'],
};

const revealing: Measured = {
  scene: 'turns',
  measure: (page) => page.run('reveal'),
  columns: ['ms', 'committed'],
};

const hydrating: Measured = { ...revealing, measure: (page) => page.run('hydrate') };

const hooks: Measured = {
  scene: 'many',
  measure: (page: Page) => flow(page, 3_000),
  columns: ['commitsPerSecond', 'dropped', 'worstFrame', 'busyShare'],
};

/** What another scenario measures, of one of its contestants. */
function like(make: MakeScenario<PageScenario>, name: string, server: Parameters<MakeScenario>[1]) {
  const scenario = make('quick', server);
  const query = scenario?.contestants.find((contestant) => contestant.name === name)?.query;
  if (!scenario || !query) throw new Error(`There is nobody named ${name} to measure.`);
  return { measured: scenario, query };
}

/** Each technique in the scenario that it is for. */
export const techniqueScenarios: MakeScenario[] = [
  (_, server) =>
    beside(
      ['core', 'The core, 1,000,000 events flat out'],
      { contestant: core, url: server.stream('events', { count }), count },
      {
        measured: reading,
        names: [
          'one batch a chunk',
          'events made whole in place',
          'begun lines ended by themselves',
          'slices of 64 KiB',
        ],
      },
    ),
  (_, server) =>
    beside(
      ['list', 'The last 100 of 1,000,000 events flat out'],
      { contestant: own, url: server.stream('events', { count }), count, limit: 60_000 },
      {
        measured: showing,
        names: [
          'one publication a frame',
          'slices of 64 KiB',
          'pauses after 8 ms',
          'pauses by scheduler.yield',
          'pauses by a message',
        ],
      },
    ),
  (_, server) =>
    beside(
      ['json', 'The last 100 of 1,000,000 JSON events flat out'],
      {
        contestant: "use-event-stream, parse: 'json'",
        url: server.stream('events', { count }),
        count,
      },
      { measured: showing, names: ['parsing late'] },
    ),
  (_, server) =>
    beside(
      ['reveal', 'A Suspense reveal of 120 ms beside 60 events a second'],
      {
        contestant: own,
        url: server.stream('events', { count: 1e9, rate: 60 }),
        content: 120,
        limit: 5_000,
      },
      { measured: revealing, names: ['quiet frames'] },
    ),
  (_, server) =>
    beside(
      ['hydrate', 'A hydration of 400 ms beside a stream flat out'],
      {
        contestant: own,
        url: server.stream('events', { count: 3_000_000 }),
        content: 400,
        limit: 10_000,
      },
      {
        measured: hydrating,
        names: [
          'quiet frames',
          'pauses after 8 ms',
          'pauses by scheduler.yield',
          'pauses by a message',
        ],
      },
    ),
  (_, server) => {
    const { query, measured } = like(retained, own, server);
    return beside(
      ['retained', 'One payload of 1,000 characters kept of each chunk of 64 KiB'],
      query,
      {
        measured,
        names: ['copies of what is kept'],
      },
    );
  },
  (_, server) => {
    const { query, measured } = like(log, 'useLogTail, 1,000,000 lines', server);
    return {
      ...beside(['log', 'A log of 1,000,000 lines at 50,000 lines a second'], query, {
        measured,
        names: ['sealed chunks'],
      }),
      rounds: 2,
    };
  },
  (_, server) =>
    beside(
      ['hooks', '500 hooks on one connection, 1,000 events a second'],
      { urls: server.stream('events', { count: 1e9, rate: 1_000 }), hooks: 500, ms: 3_000 },
      { measured: hooks, names: ['urls resolved once'] },
    ),
];
