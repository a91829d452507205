import type { View } from './useView.ts';
import { pathOf, time } from './words.ts';

/** What has happened to all streams, the newest first. */
export function Timeline({ view }: { view: View }) {
  if (view.moments.length === 0) return <p className="ues-empty">Nothing has happened yet.</p>;
  return (
    <ol className="ues-timeline">
      {view.moments.map(({ key, at, url, what, detail }) => (
        <li key={key}>
          <time>{time(at)}</time>
          <span className="ues-what" data-status={what}>
            {what === 'open' ? 'live' : what}
          </span>
          <span className="ues-path">{pathOf(url)}</span>
          <span className="ues-detail">{detail}</span>
        </li>
      ))}
    </ol>
  );
}
