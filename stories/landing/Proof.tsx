import results from '../../test/bench/results/full.json';
import sizes from '../../.size-limit.json';
import rows from '../docs/whereItRuns.json';
import type { ReactNode } from 'react';

const millions = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 });

/** A figure of a benchmark, by the names of its scenario, its contestant and its column. */
export function measured(scenario: string, contestant: string, column: string): number | null {
  const medians = results.outcomes.find(({ name }) => name === scenario)?.medians;
  const contestants = Object.entries<object>(medians ?? {});
  const figures = contestants.find(([name]) => name === contestant)?.[1] ?? {};
  const value: unknown = Object.entries(figures).find(([name]) => name === column)?.[1];
  return typeof value === 'number' ? value : null;
}

const perSecond = (contestant: string) =>
  millions.format(measured('flat-out', contestant, 'perSecond') ?? NaN);

const limitOf = (name: string) => sizes.find((size) => size.name === name)?.limit ?? '';

/** How many tests were seen to pass somewhere, such as in `React 19`. */
const testsIn = (where: string) => {
  const what = rows.find((row) => row.where.startsWith(where))?.what ?? '';
  return Number(/^\d+/.exec(what)?.[0]).toLocaleString('en');
};

/** What there is to say for the package, one line each, from what was measured and seen. */
export function Proof() {
  return (
    <dl className="proof sb-unstyled">
      <Line figure={perSecond('use-event-stream')} name="events a second">
        flat out into a list in React, none left out; EventSource with setState:{' '}
        {perSecond('EventSource with setState')}.{' '}
        <a href="?path=/docs/guides-benchmarks--docs" target="_top">
          All figures
        </a>
      </Line>
      <Line figure={limitOf('useEventStream, gzip')} name="at most">
        of gzip for useEventStream, {limitOf('everything, gzip')} for everything; no build passes
        with more.
      </Line>
      <Line figure="All browsers" name="since 2022">
        Chrome and Edge 97, Safari 15.4, Firefox 104.{' '}
        <a href="?path=/docs/guides-browsers-and-runtimes--docs" target="_top">
          Where it runs
        </a>
      </Line>
      <Line figure={testsIn('React 19')} name="tests of the hooks">
        on React 19, {testsIn('React 18')} each on 18 and 17; and on real servers{' '}
        {testsIn('Chromium')} in Chromium, {testsIn('Firefox')} in Firefox, {testsIn('WebKit')} in
        WebKit.
      </Line>
    </dl>
  );
}

function Line({ figure, name, children }: { figure: string; name: string; children: ReactNode }) {
  return (
    <div>
      <dt>
        <strong>{figure}</strong> {name}
      </dt>
      <dd>{children}</dd>
    </div>
  );
}
