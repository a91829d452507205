// WebKitGTK, the engine of Safari, over plain WebDriver on a display of its own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { DrivenBrowser } from './browserProvider.ts';

/** How long the driver may take to listen, in milliseconds: a bound for what hangs. */
const patience = 120_000;

/** Ends with its input, so also when this process is killed: driver, display and browser with it. */
const script = '"$0" --host=127.0.0.1 --port="$1" & cat; kill $!';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('No port is free.');
  return address.port;
}

/** One command of WebDriver (https://www.w3.org/TR/webdriver2/#endpoints), and its value. */
async function command(method: string, url: string, body?: object): Promise<unknown> {
  const response = await fetch(url, { method, ...(body && { body: JSON.stringify(body) }) });
  const text = await response.text();
  if (!response.ok) throw new Error(`WebDriver refused ${method} ${url}: ${text}`);
  return (JSON.parse(text) as { value: unknown }).value;
}

async function listening(server: string): Promise<void> {
  const end = Date.now() + patience;
  const isReady = () =>
    command('GET', `${server}/status`).then(
      () => true,
      () => false,
    );
  while (!(await isReady())) {
    if (Date.now() > end)
      throw new Error('WebKitWebDriver does not listen: see what it says above.');
    await wait(50);
  }
}

async function newSession(server: string): Promise<string> {
  await listening(server);
  const alwaysMatch = {
    // `/url` answers at once: Vitest itself waits for its page.
    pageLoadStrategy: 'none',
  };
  const value = await command('POST', `${server}/session`, { capabilities: { alwaysMatch } });
  return `${server}/session/${(value as { sessionId: string }).sessionId}`;
}

export async function launchWebKit(driverPath: string): Promise<DrivenBrowser> {
  const port = String(await freePort());
  const driver = spawn('xvfb-run', ['-a', 'sh', '-c', script, driverPath, port], {
    stdio: ['pipe', 'ignore', 'inherit'],
    // Not ended by a Ctrl+C that is for Vitest, which closes it.
    detached: true,
    env: {
      ...process.env,
      // Nothing here needs a bus, and its sandbox cannot start as root or in most containers.
      DBUS_SESSION_BUS_ADDRESS: 'disabled:',
      WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1',
    },
  });
  const ended = once(driver, 'exit');
  const end = async () => {
    driver.stdin.end();
    await ended;
  };
  try {
    const session = await newSession(`http://127.0.0.1:${port}`);
    return {
      async open(url) {
        await command('POST', `${session}/url`, { url });
      },
      async resize(size) {
        await command('POST', `${session}/window/rect`, size);
      },
      async close() {
        // One that has crashed refuses, and is ended all the same.
        await command('DELETE', session).catch(() => undefined);
        await end();
      },
    };
  } catch (error) {
    await end();
    throw error;
  }
}
