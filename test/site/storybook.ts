import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { fromRoot } from '../support/fromRoot.ts';
import { freePort } from '../../.tools/ports.ts';

/** A Storybook that serves the site. */
export interface Site {
  readonly url: string;
  readonly close: () => Promise<void>;
}

const bin = fromRoot('node_modules/storybook/dist/bin/dispatcher.js');

/** Starts the site as `npm start` does, on a port of its own; `SITE_URL` names one that runs already. */
export async function startSite(): Promise<Site> {
  const given = process.env['SITE_URL'];
  if (given !== undefined) return { url: given, close: () => Promise.resolve() };
  // What `npm start` writes first.
  for (const tool of ['.tools/api.ts', '.tools/pages.ts'])
    await promisify(execFile)(process.execPath, [fromRoot(tool)], { cwd: fromRoot('.') });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const args = ['dev', '--host', '127.0.0.1', '-p', String(port), '--ci', '--disable-telemetry'];
  const env = { ...process.env, VITEST: undefined, NODE_ENV: undefined };
  const child = spawn(process.execPath, [bin, ...args], { cwd: fromRoot('.'), env });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => (output += String(chunk)));
  while (!(await answers(`${url}/index.json`))) {
    if (child.exitCode !== null) throw new Error(`Storybook has not started:\n${output}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return {
    url,
    close: async () => {
      const closed = once(child, 'close');
      child.kill();
      await closed;
    },
  };
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}
