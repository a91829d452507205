import type { Figures, View } from './useView.ts';
import { bytes, pathOf, rate, seconds } from './words.ts';

/** What a stream is doing, in words. */
export function statusOf({ status, attempt, retryIn }: Figures): string {
  if (status !== 'reconnecting') return status === 'open' ? 'Live' : status;
  return retryIn === null ? `try ${attempt}` : `try ${attempt} in ${seconds(retryIn)}`;
}

const isTroubled = ({ findings }: View, { record }: Figures): boolean =>
  findings.some(({ about }) => about.endsWith(record.stream.url));

/** All streams, the open ones first. */
export function StreamList({ view, onSelect }: { view: View; onSelect: (id: string) => void }) {
  if (view.streams.length === 0) {
    return (
      <p className="ues-empty ues-list">
        No stream is open. The first one appears here as soon as a component asks for it.
      </p>
    );
  }
  return (
    <nav className="ues-list" aria-label="Streams">
      {view.streams.map((figures) => {
        const { record, status, subscribers, rates, isKept } = figures;
        const { stream } = record;
        return (
          <button
            key={stream.id}
            type="button"
            className="ues-stream"
            data-gone={!isKept}
            aria-current={figures.record === view.shown?.record}
            onClick={() => {
              onSelect(stream.id);
            }}
          >
            <span className="ues-dot" data-status={status} />
            <span className="ues-path" title={stream.url}>
              {stream.method === 'GET' ? '' : `${stream.method} `}
              {pathOf(stream.url)}
            </span>
            {isTroubled(view, figures) && (
              <span className="ues-flag" role="img" aria-label="with warnings">
                !
              </span>
            )}
            <span className="ues-meta">
              <span>{statusOf(figures)}</span>
              {status === 'open' && (
                <span>
                  {rate(rates.events)} ev/s · {bytes(rates.bytes)}/s
                </span>
              )}
              {subscribers > 1 && <span>{subscribers} subscribers</span>}
            </span>
          </button>
        );
      })}
    </nav>
  );
}
