import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** The environment of a user's shell: Vitest sets `NODE_ENV`, and npm what it knows of this package. */
export const environment: NodeJS.ProcessEnv = {
  ...process.env,
  NODE_ENV: undefined,
  VITEST: undefined,
  npm_config_local_prefix: undefined,
  NEXT_TELEMETRY_DISABLED: '1',
};

/** Milliseconds after which a command is taken to hang, and killed. */
const LONGEST = 600_000;

/** Runs a command to its end and gives what it prints; where it fails, the error says all that it printed. */
export async function run(
  command: string,
  args: readonly string[],
  where: { cwd: string; signal?: AbortSignal },
) {
  const shell = process.platform === 'win32';
  try {
    const options = { ...where, env: environment, shell, timeout: LONGEST };
    return (await execute(command, args, options)).stdout;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    const message = `${[command, ...args].join(' ')} failed in ${where.cwd}:\n${stdout}${stderr}`;
    throw new Error(message, { cause: error });
  }
}
