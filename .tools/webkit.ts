// WebKitGTK, the engine of Safari, over plain WebDriver on a display of its own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import type { DrivenBrowser } from './browserProvider.ts';
import { freePort } from './ports.ts';

/** How long the driver may take for a command, in milliseconds: a bound for what hangs. */
const patience = 120_000;

/**
 * Runs the driver until it ends or the input does, as it does when this process is killed. Then nothing of the group is
 * left: the display goes, which ends the browser, and a page that is busy for good notices nothing.
 */
const script = `
  xvfb-run -a sh -c '
    exec 3<&0
    (cat <&3; kill -INT $$) &
    exec "$0" --host=127.0.0.1 --port="$1"
  ' "$@"
  kill -KILL 0
`;

/** One command of WebDriver (https://www.w3.org/TR/webdriver2/#endpoints), and its value. */
async function command(method: string, url: string, body?: object): Promise<unknown> {
  const response = await fetch(url, {
    method,
    signal: AbortSignal.timeout(patience),
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`WebDriver refused ${method} ${url}: ${text}`);
  return (JSON.parse(text) as { value: unknown }).value;
}

function start(driverPath: string, port: number) {
  const driver = spawn('sh', ['-c', script, 'sh', driverPath, String(port)], {
    stdio: ['pipe', 'ignore', 'inherit'],
    // A group of its own; a Ctrl+C is for Vitest, which closes it.
    detached: true,
    env: {
      ...process.env,
      // Nothing here needs a bus, and its sandbox cannot start as root or in most containers.
      DBUS_SESSION_BUS_ADDRESS: 'disabled:',
      WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1',
    },
  });
  const ended = once(driver, 'exit');
  return {
    hasEnded: () => driver.exitCode !== null || driver.signalCode !== null,
    async end() {
      driver.stdin.end();
      await ended;
    },
  };
}

type Driver = ReturnType<typeof start>;

async function newSession(server: string, driver: Driver): Promise<string> {
  const isReady = () =>
    command('GET', `${server}/status`).then(
      () => true,
      () => false,
    );
  while (!(await isReady())) {
    if (driver.hasEnded()) throw new Error('WebKitWebDriver has ended: see what it says above.');
    await wait(50);
  }
  // `/url` answers at once: Vitest itself waits for its page.
  const capabilities = { alwaysMatch: { pageLoadStrategy: 'none' } };
  const value = await command('POST', `${server}/session`, { capabilities });
  return `${server}/session/${(value as { sessionId: string }).sessionId}`;
}

export async function launchWebKit(driverPath: string): Promise<DrivenBrowser> {
  const port = await freePort();
  const driver = start(driverPath, port);
  try {
    const session = await newSession(`http://127.0.0.1:${String(port)}`, driver);
    return {
      async open(url) {
        await command('POST', `${session}/url`, { url });
      },
      async resize(size) {
        await command('POST', `${session}/window/rect`, size);
      },
      close: () => driver.end(),
    };
  } catch (error) {
    await driver.end();
    throw error;
  }
}
