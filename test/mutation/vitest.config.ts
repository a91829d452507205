import type { TestProjectInlineConfiguration, ViteUserConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The core's tests, and the hooks' on the newest React and in StrictMode on the oldest. */
const names = ['unit', 'react-19', 'node', 'react-17-strict'];

/** What reads the sources as text, builds them, measures them, or repeats many times what others hold. */
const exclude = [
  'test/{recipes,stories,support,testing,types}/**',
  'test/node/{compiler,mutation,suspension,techniques,treeShaking}.test.ts',
  'test/*/*Memory.test.{ts,tsx}',
  'test/testing/{built,jest}.test.ts',
  'test/fault/{cut,days,flood}.test.ts',
];

/** What failed last is likely to fail again on the next mutant of the same file; after that what is over soonest. */
class LikelyFailuresFirst extends BaseSequencer {
  override sort(specifications: TestSpecification[]) {
    const rank = (specification: TestSpecification) => {
      const result = this.ctx.cache.getTestSpecificationResult(specification);
      return { failed: Number(result?.failed ?? false), duration: result?.duration ?? 0 };
    };
    const ranks = new Map(specifications.map((each) => [each, rank(each)]));
    const of = (each: TestSpecification) => ranks.get(each) ?? { failed: 0, duration: 0 };
    const failures = (name: string) =>
      Math.max(...specifications.map((each) => (each.project.name === name ? of(each).failed : 0)));
    return Promise.resolve(
      specifications.sort(
        (a, b) =>
          // Each change of project is a new worker.
          failures(b.project.name) - failures(a.project.name) ||
          names.indexOf(a.project.name) - names.indexOf(b.project.name) ||
          of(b).failed - of(a).failed ||
          of(a).duration - of(b).duration,
      ),
    );
  }
}

// The configuration of all tests reads there which projects are asked for, and starts no browser for others.
process.argv.push(...names.flatMap((name) => ['--project', name]));
const { default: configuration } = await import('../../vitest.config.ts');
const { test, ...rest }: ViteUserConfig = await configuration({ command: 'serve', mode: 'test' });

const isKept = (project: unknown): project is TestProjectInlineConfiguration => {
  const name = (project as TestProjectInlineConfiguration).test?.name;
  return typeof name === 'string' && names.includes(name);
};

/** The tests that mutants are tried on: `npm run test:mutation`. */
export default {
  ...rest,
  test: {
    ...test,
    reporters: [],
    sequence: { sequencer: LikelyFailuresFirst },
    // Bounds for what a mutant hangs.
    testTimeout: 5_000,
    expect: { poll: { timeout: 4_000 } },
    projects: (test?.projects ?? []).filter(isKept).map((project) => ({
      ...project,
      test: {
        ...project.test,
        exclude,
        // A worker takes longer to start than most tests.
        isolate: false,
      },
    })),
  },
} satisfies ViteUserConfig;
