import { json, useEventStream, useLogTail, useStreamProgress } from 'use-event-stream';

interface Price {
  symbol: string;
  price: number;
}

interface News {
  notice: string;
  prices: Readonly<Record<string, number>>;
}

const nothing: News = { notice: 'Nothing is being deployed', prices: {} };

/** Notices and prices: named events, folded into one state. */
export function Latest() {
  const { data, status } = useEventStream('/api/news', {
    events: { price: json<Price>, notice: 'text' },
    initial: nothing,
    reduce: (news, events) =>
      events.reduce(
        (all, { type, data }) =>
          type === 'notice'
            ? { ...all, notice: data }
            : { ...all, prices: { ...all.prices, [data.symbol]: data.price } },
        news,
      ),
  });
  const prices = Object.entries(data.prices).sort(([a], [b]) => a.localeCompare(b));
  return (
    <section aria-label="Latest" data-status={status}>
      <p aria-live="polite">{data.notice}</p>
      <dl>
        {prices.map(([symbol, price]) => (
          <div key={symbol}>
            <dt>{symbol}</dt>
            <dd>{price.toFixed(2)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** A job that a POST starts. After a cut a GET goes on with it; it is not run again. */
export function Job() {
  const job = useStreamProgress('/api/deploys', {
    manual: true,
    method: 'POST',
    steps: ['Install', 'Build', 'Test', 'Release'],
    until: { data: '[DONE]' },
    resume: ({ response }) => ({ url: `/api/deploys/${response?.headers.get('x-run')}` }),
  });
  const isBusy = ['connecting', 'running', 'reconnecting'].includes(job.status);
  return (
    <section aria-label="Job" data-status={job.status}>
      <button onClick={job.start} disabled={isBusy}>
        {isBusy ? 'Deploying …' : 'Deploy'}
      </button>
      <div aria-label="Deploy" {...job.progressProps}>
        <div style={{ width: `${job.percent ?? 0}%` }} />
      </div>
      <ol>
        {job.steps.map((step) => (
          <li key={step.name} data-status={step.status}>
            {step.name}
          </li>
        ))}
      </ol>
      <p role="status">{job.statusText}</p>
    </section>
  );
}

/** The end of the build log, with its levels. */
export function Log() {
  const { lines, status } = useLogTail('/api/log', { maxLines: 500 });
  return (
    <section aria-label="Build log" data-status={status}>
      <div role="log" tabIndex={0} aria-label="Lines">
        {lines.length === 0 && <p className="empty">The log of the build appears here.</p>}
        {lines.slice(-12).map((line) => (
          <p key={line.id} data-level={line.kind === 'line' ? line.level : line.kind}>
            {line.text}
          </p>
        ))}
      </div>
    </section>
  );
}
