import { useState } from 'react';
import { StreamProvider } from 'use-event-stream';
import { Demo } from '../demo.tsx';
import { Job, Latest, Log } from '../docs/client/Deploy.tsx';
import type { Control } from '../server/ticks.ts';
import { WhileVisible } from '../ui/WhileVisible.tsx';
import { Wire } from './wire.ts';
import { WireView } from './WireView.tsx';

interface Watched {
  readonly demo: Demo;
  readonly wire: Wire;
}

/** A demo whose wire can be seen. */
export function watchedDemo(visible = true): Watched {
  const wire = new Wire();
  const demo: Demo = new Demo(visible, (input, init) =>
    wire.fetch(demo.url(input instanceof Request ? input.url : String(input)), init),
  );
  return { demo, wire };
}

const TROUBLES: readonly { label: string; action: Control['action']; says: string }[] = [
  {
    label: 'Cut the line',
    action: 'cut',
    says: 'Every stream breaks off, and goes on after its last event.',
  },
  {
    label: 'Kill the server',
    action: 'down',
    says: 'Nobody answers for three seconds. The work goes on, and what was missed comes after it.',
  },
];

/** Three streams that go on whatever happens to them, with the two things that happen, and the wire below. */
export function DeployDemo({ demo, wire }: Watched) {
  const [said, setSaid] = useState('Start a deploy, then break something.');
  return (
    <WhileVisible onVisible={demo.page.show}>
      <StreamProvider store={demo.store}>
        <div className="deploy card sb-unstyled skip-toc">
          <Latest />
          <Job />
          <Log />
          <div className="deploy-troubles" role="group" aria-label="Troubles">
            {TROUBLES.map(({ label, action, says }) => (
              <button
                key={action}
                type="button"
                onClick={() => {
                  setSaid(says);
                  void demo.control({ action });
                }}
              >
                {label}
              </button>
            ))}
            <p role="status">{said}</p>
          </div>
          <WireView wire={wire} />
        </div>
      </StreamProvider>
    </WhileVisible>
  );
}
