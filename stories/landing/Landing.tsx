import { useState } from 'react';
import clientCode from '../docs/client/Deploy.tsx?raw';
import serverCode from '../docs/server/deploy.ts?raw';
import { CodeBlock } from '../ui/code/CodeBlock.tsx';
import { DeployDemo, watchedDemo } from './DeployDemo.tsx';
import { projectFields } from './stackBlitz.ts';
import { useClosed } from './useClosed.ts';

/** The demo of the first page; it streams while it is in sight. */
export function Landing() {
  const [watched] = useState(() => watchedDemo(false));
  useClosed(watched.demo.store);
  return <DeployDemo {...watched} />;
}

/** Both halves of the demo, as they run. */
export function DeployCode() {
  return (
    <div className="deploy-code sb-unstyled">
      <OpenInStackBlitz />
      <p>Deploy.tsx, in the page</p>
      <CodeBlock code={clientCode} title="Deploy.tsx" />
      <p>deploy.ts, on the server</p>
      <CodeBlock code={serverCode} language="ts" title="deploy.ts" />
    </div>
  );
}

/** Makes a project of both halves, in a tab of its own. */
function OpenInStackBlitz() {
  return (
    <form className="stackblitz" action="https://stackblitz.com/run" method="post" target="_blank">
      {Object.entries(projectFields).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <button>Open in StackBlitz</button>
    </form>
  );
}
