// Finds the servers that some tests start: redis-server and nginx, and openssl. Order: REDIS_PATH, NGINX_PATH or
// OPENSSL_PATH, what is on the system, then (with --install; Debian, root or sudo without a password) apt-get.
import { execFileSync, spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import path from 'node:path';

const services = {
  redis: { variable: 'REDIS_PATH', program: 'redis-server', debian: 'redis-server' },
  nginx: { variable: 'NGINX_PATH', program: 'nginx', debian: 'nginx' },
  openssl: { variable: 'OPENSSL_PATH', program: 'openssl', debian: 'openssl' },
} as const;

type Service = keyof typeof services;

const names: readonly Service[] = ['redis', 'nginx', 'openssl'];

function isUsable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The program of a service, if there is one. */
export function findService(service: Service): string | undefined {
  const { variable, program } = services[service];
  const own = process.env[variable];
  if (own) {
    if (!isUsable(own)) throw new Error(`${variable}=${own} is not an executable file.`);
    return own;
  }
  const folders = (process.env['PATH'] ?? '').split(path.delimiter).filter(Boolean);
  // Where a user's PATH does not lead to.
  const all = [...folders, '/usr/sbin', '/usr/local/sbin'];
  return all.map((folder) => path.join(folder, program)).find(isUsable);
}

const helpFor = (missing: readonly Service[]) =>
  `${missing.map((service) => services[service].program).join(' and ')} not found. Do one of:
  - sudo apt-get install ${missing.map((service) => services[service].debian).join(' ')} (Debian, Ubuntu)
  - install it with the package manager of your system
  - set ${missing.map((service) => services[service].variable).join(' and ')} to the path of the program`;

/** The program of a service. */
export function requireService(service: Service): string {
  const found = findService(service);
  if (found === undefined) throw new Error(helpFor([service]));
  return found;
}

/** What to put before a command so that root runs it; undefined where that takes a password. */
function asRoot(): readonly string[] | undefined {
  if (process.getuid?.() === 0) return [];
  return spawnSync('sudo', ['-n', 'true']).status === 0 ? ['sudo', '-n'] : undefined;
}

function install(missing: readonly Service[]): void {
  const root = existsSync('/usr/bin/apt-get') ? asRoot() : undefined;
  if (process.platform !== 'linux' || !root) return;
  const run = (...command: string[]) => {
    const [name = '', ...args] = [...root, ...command];
    execFileSync(name, args, { stdio: 'inherit' });
  };
  const apt = (...args: string[]) => {
    run('env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', ...args);
  };
  const packages = missing.map((service) => services[service].debian);
  apt('update', '-qq');
  apt('install', '-y', '-qq', '--no-install-recommends', ...packages);
  // Debian starts what it installs. The tests start their own.
  if (existsSync('/run/systemd/system'))
    for (const name of packages) run('systemctl', 'disable', '--now', name);
}

if (import.meta.main) {
  const missing = () => names.filter((service) => findService(service) === undefined);
  if (process.argv.includes('--install') && missing().length > 0) install(missing());
  for (const service of names) {
    const found = findService(service);
    if (found !== undefined) console.log(`${services[service].program}: ${found}`);
  }
  if (missing().length > 0) {
    console.error(helpFor(missing()));
    process.exitCode = 1;
  }
}
