import { useEffect, useRef, useSyncExternalStore } from 'react';
import type { Wire, WireEntry } from './wire.ts';

const MARKS: Readonly<Record<WireEntry['kind'], string>> = {
  request: '→',
  block: '←',
  lost: '✕',
  end: '■',
};

/** What passes over the wire, as it is; the newest stands at the end. */
export function WireView({ wire }: { wire: Wire }) {
  const entries = useSyncExternalStore(wire.subscribe, wire.entries);
  const scroller = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (scroller.current) scroller.current.scrollTop = scroller.current.scrollHeight;
  }, [entries]);
  return (
    <section className="wire" aria-label="The wire">
      <p>The wire, as it is</p>
      <div className="wire-entries" ref={scroller} tabIndex={0} role="region" aria-label="Entries">
        <ol>
          {entries.length === 0 && <li>Nothing yet.</li>}
          {entries.map(({ id, stream, kind, text }) => (
            <li key={id} data-kind={kind}>
              <span aria-hidden="true">{MARKS[kind]}</span>
              <b>{stream}</b>
              <span>{text}</span>
            </li>
          ))}
        </ol>
      </div>
    </section>
  );
}
