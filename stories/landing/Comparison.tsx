import { measured } from './Proof.tsx';

/** Done; to be written by you; not to be had. */
type Answer = 'yes' | 'yours' | 'no';

const ways = [
  { name: 'use-event-stream', measuredAs: 'use-event-stream' },
  {
    name: 'EventSource',
    measuredAs: 'EventSource with setState',
    source: 'https://html.spec.whatwg.org/multipage/server-sent-events.html',
  },
  {
    name: 'fetch-event-source 2.0',
    measuredAs: 'fetch-event-source',
    source: 'https://github.com/Azure/fetch-event-source',
  },
  {
    name: 'react-use-websocket 4.13',
    measuredAs: 'react-use-websocket',
    source: 'https://github.com/robtaussig/react-use-websocket',
  },
  {
    name: 'useSWRSubscription 2.5',
    measuredAs: 'SWR subscription',
    source: 'https://swr.vercel.app/docs/subscription',
  },
  {
    name: 'streamedQuery 5.108',
    measuredAs: 'streamedQuery',
    source: 'https://tanstack.com/query/latest/docs/reference/streamedQuery',
  },
] as const;

const rows: readonly (readonly [string, ...Answer[]])[] = [
  ['Any method, headers and body', 'yes', 'no', 'yes', 'no', 'yours', 'yours'],
  ['Comes back after a cut', 'yes', 'yes', 'yes', 'yes', 'yours', 'yours'],
  ['Resumes after the last event', 'yes', 'yes', 'yes', 'no', 'yours', 'yours'],
  ['A POST goes on, and runs once', 'yes', 'no', 'no', 'no', 'yours', 'yours'],
  ['One connection for many components', 'yes', 'no', 'no', 'yes', 'yes', 'yes'],
  ['Progress of jobs, tails of logs', 'yes', 'no', 'no', 'no', 'no', 'no'],
];

const SIGNS: Readonly<Record<Answer, { sign: string; says: string }>> = {
  yes: { sign: '✓', says: 'Yes' },
  yours: { sign: '○', says: 'Yours to write' },
  no: { sign: '–', says: 'No' },
};

/** What other ways do and leave to do; the last row is measured. */
export function Comparison() {
  return (
    <div className="comparison sb-unstyled" tabIndex={0} role="region" aria-label="Comparison">
      <table>
        <thead>
          <tr>
            <td />
            {ways.map((way) => (
              <th key={way.name} scope="col">
                {'source' in way ? <a href={way.source}>{way.name}</a> : way.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([what, ...answers]) => (
            <tr key={what}>
              <th scope="row">{what}</th>
              {answers.map((answer, index) => (
                <td key={index} data-answer={answer}>
                  <span aria-hidden="true">{SIGNS[answer].sign}</span>
                  <span className="visually-hidden">{SIGNS[answer].says}</span>
                </td>
              ))}
            </tr>
          ))}
          <tr>
            <th scope="row">Renders a frame, at 1,000 events a second</th>
            {ways.map(({ name, measuredAs }) => (
              <td key={name}>{measured('rate-1k', measuredAs, 'commitsPerFrame')?.toFixed(1)}</td>
            ))}
          </tr>
        </tbody>
      </table>
    </div>
  );
}
