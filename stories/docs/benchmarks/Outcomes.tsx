import results from '../../../test/bench/results/full.json';
import techniques from '../../../test/bench/results/techniques.json';
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
