import type { View } from './useView.ts';
import { pathOf } from './words.ts';

/** A text in which what stands between backticks is code. */
const Sentence = ({ text }: { text: string }) => (
  <>
    {text
      .split('`')
      .map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part))}
  </>
);

/** What is probably wrong, and what to do. */
export function Doctor({ view }: { view: View }) {
  if (view.findings.length === 0) {
    return (
      <p className="ues-empty">
        Nothing is wrong: ids, heartbeats, bursts, compression, connections and state are looked at
        all the time.
      </p>
    );
  }
  return (
    <ul className="ues-doctor">
      {view.findings.map(({ kind, about, what, advice }) => (
        <li key={kind + about}>
          <strong>
            <Sentence text={what} />
          </strong>
          <span className="ues-path">{pathOf(about)}</span>
          <p>
            <Sentence text={advice} />
          </p>
        </li>
      ))}
    </ul>
  );
}
