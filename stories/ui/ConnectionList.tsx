import { useSyncExternalStore } from 'react';
import type { ConnectionStore } from 'use-event-stream';

/** What is open, a line for each connection: text, so that it is the same as long as nothing has changed. */
function describe(store: ConnectionStore): string {
  const lines = store.connections().map(({ url, transport, state, subscribers }) => {
    const who = `${subscribers} ${subscribers === 1 ? 'subscriber' : 'subscribers'}`;
    return `${new URL(url).pathname} ${transport}, ${state.status}, ${who}`;
  });
  return lines.join('\n');
}

/** The store's own view: every connection, its status and how many are on it. */
export function ConnectionList({ store }: { store: ConnectionStore }) {
  const lines = useSyncExternalStore(
    (onChange) => store.onChange(onChange),
    () => describe(store),
  );
  return (
    <div className="connections">
      <h3>
        <code>store.connections()</code>
      </h3>
      <ul aria-label="Open connections">
        {lines === '' && <li className="placeholder">None</li>}
        {lines !== '' &&
          lines.split('\n').map((line, index) => {
            const space = line.indexOf(' ');
            return (
              <li key={index}>
                <code>{line.slice(0, space)}</code> <span>{line.slice(space + 1)}</span>
              </li>
            );
          })}
      </ul>
    </div>
  );
}
