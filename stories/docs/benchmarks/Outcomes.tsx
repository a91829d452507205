import results from '../../../test/bench/results/full.json';
import techniques from '../../../test/bench/results/techniques.json';
import { Bars } from './Bars.tsx';
import './outcomes.css';

type Figures = Readonly<Record<string, number | null | undefined>>;

/** What came of one scenario; a figure that is none, as of a page that hung, is null. */
interface Outcome {
  name: string;
  title: string;
  columns: readonly string[];
  loads: readonly number[];
  medians: Readonly<Record<string, Figures>>;
  verdicts: readonly {
    says: string;
    value: number | null;
    range: readonly (number | null)[];
    holds: boolean;
  }[];
}

/** What the columns mean, in the words of a reader. */
const headings: Readonly<Record<string, string>> = {
  perSecond: 'events a second',
  ms: 'ms',
  missed: 'not handled',
  handled: 'handled',
  commits: 'commits',
  frames: 'frames',
  commitsPerFrame: 'commits a frame',
  commitsPerSecond: 'commits a second',
  dropped: 'frames dropped',
  worstFrame: 'longest frame, ms',
  longTasks: 'long tasks',
  longestTask: 'longest task, ms',
  lag: 'lag (95 of 100), ms',
  busyShare: 'main thread busy',
  msPerCommit: 'main thread a commit, ms',
  peakMB: 'peak heap, MiB',
  heapMB: 'heap, MiB',
  growthMB: 'heap grown, MiB',
  grownMB: 'heap grown, MiB',
  perRetained: 'heap per retained text',
  msPerMiB: 'ms a MiB',
  inputDelay: 'input delay (95 of 100), ms',
  typed: 'keys',
  lines: 'lines shown',
  committed: 'committed',
  parsed: 'parsed',
  folded: 'folded',
  rendered: 'cells rendered',
  needless: 'rendered for nothing',
  delivered: 'deliveries a second',
  busyPerDelivery: 'processor a delivery, µs',
  heldPerClient: 'heap a client, KiB',
  heldAfter: 'after the events, KiB',
};

function shown(value: number | null | undefined): string {
  if (value == null) return '–';
  if (Number.isInteger(value) || Math.abs(value) >= 1_000)
    return Math.round(value).toLocaleString('en');
  return value.toFixed(Math.abs(value) >= 10 ? 1 : 2);
}

function Table({ outcome }: { outcome: Outcome }) {
  return (
    <div className="outcome-scroll" role="region" aria-label={outcome.title} tabIndex={0}>
      <table className="sb-unstyled outcome">
        <thead>
          <tr>
            <th />
            {outcome.columns.map((column) => (
              <th key={column}>{headings[column] ?? column}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {Object.entries(outcome.medians).map(([name, figures]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {outcome.columns.map((column) => (
                <td key={column}>{figures['hung'] ? 'hung' : shown(figures[column])}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The ratios that were aimed at, those that were missed too. */
function Targets({ outcome }: { outcome: Outcome }) {
  return (
    <ul className="sb-unstyled targets">
      {outcome.verdicts.map(({ says, value, range, holds }) => (
        <li key={says} data-holds={holds}>
          <strong>{holds ? 'Met' : 'Missed'}</strong>
          {` ${says}: ${shown(value)} (${range.map(shown).join(' to ')})`}
        </li>
      ))}
    </ul>
  );
}

/** The scenario that says most to a page: many events a second, and whether all is still shown in time. */
const busy = results.outcomes.find(({ name }) => name === 'rate-10k');

const ours = 'use-event-stream';

/** A figure in a sentence, or beside a bar. */
const brief = (value: number | null | undefined): string =>
  value == null ? 'hung' : value.toLocaleString('en', { maximumFractionDigits: 1 });

/** Contestants by the frames they dropped, least first; those that hung last. */
function droppedFrames(medians: Readonly<Record<string, Figures>>) {
  return Object.entries(medians)
    .map(([name, { dropped = null }]) => ({ name, value: dropped, isOurs: name === ours }))
    .sort((a, b) => (a.value ?? Infinity) - (b.value ?? Infinity));
}

/** What is measured, in three sentences, and a chart. */
export function AtAGlance() {
  if (!busy) return null;
  const medians: Readonly<Record<string, Figures>> = busy.medians;
  const verdicts = results.outcomes.flatMap((outcome) => outcome.verdicts);
  const met = verdicts.filter(({ holds }) => holds).length;
  const { missed, dropped, lag } = medians[ours] ?? {};
  const byHand = medians['written by hand'] ?? {};
  return (
    <>
      <p>
        {`At 10,000 events a second for 4 s the hook missed ${brief(missed)} events, dropped ${brief(dropped)} of about 240 frames, and showed 95 of 100 events within ${brief(lag)} ms. `}
        {`Code that was written by hand for just this page dropped ${brief(byHand['dropped'])} frames. `}
        {`Of ${brief(verdicts.length)} targets that were set before, ${brief(met)} were met; the others are shown as missed.`}
      </p>
      <Bars
        caption="Frames dropped in 4 s, at 10,000 events a second. Fewer is better."
        rows={droppedFrames(medians)}
        textOf={brief}
      />
    </>
  );
}

/** Where and when the figures were taken. */
export function Machine() {
  const { machine, date } = results;
  return (
    <p className="sb-unstyled machine">
      {`Measured on ${date.slice(0, 10)} on ${machine.processors} processors (${machine.model}), ${machine.browser}, Node ${machine.node}, production builds of React 19.`}
    </p>
  );
}

function Sections({ outcomes }: { outcomes: readonly Outcome[] }) {
  return outcomes.map((outcome) => (
    <section key={outcome.name} className="sb-unstyled outcomes">
      <h3>{outcome.title}</h3>
      <Table outcome={outcome} />
      <Targets outcome={outcome} />
      <p className="machine">
        {`${outcome.loads.length} rounds, load average ${outcome.loads.map(shown).join(', ')}`}
      </p>
    </section>
  ));
}

/** All outcomes of the last full run. */
export const Outcomes = () => <Sections outcomes={results.outcomes} />;

/** What each technique is worth, by the last run that has taken them out. */
export const Techniques = () => <Sections outcomes={techniques.outcomes} />;
