import type { Received } from './sequence.ts';

/** Says of a numbered stream what came, and that nothing is missing or doubled. */
export function ReceivedNumbers({ received }: { received: Received }) {
  const { count, last, missing, repeated } = received;
  return (
    <dl className="figures" aria-label="Received numbers">
      <Figure label="Received" value={count} />
      <Figure label="Last number" value={last} />
      <Figure label="Missing" value={missing} />
      <Figure label="Doubled" value={repeated} />
    </dl>
  );
}

/** One figure with its name. */
export function Figure({ label, value }: { label: string; value: string | number }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  );
}
