import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { requireService } from '../../.tools/services.ts';
import { freePort, untilListening } from '../../.tools/ports.ts';

/** The proxy before the servers: plain HTTP for programs, HTTP/2 for the browser. */
export class Nginx {
  readonly http: number;
  readonly https: number;
  readonly #folder: string;
  #process: ChildProcess | null = null;

  private constructor(folder: string, http: number, https: number) {
    this.#folder = folder;
    this.http = http;
    this.https = https;
  }

  /** `folder` is for its own files; what lies in its folder `www` is served beside the servers' `/api/`. */
  static async start(folder: string, upstreams: readonly number[]): Promise<Nginx> {
    const nginx = new Nginx(folder, await freePort(), await freePort());
    await mkdir(path.join(folder, 'www'), { recursive: true });
    await writeFile(path.join(folder, 'nginx.conf'), nginx.#configuration(upstreams));
    makeCertificate(folder);
    await nginx.start();
    return nginx;
  }

  async start(): Promise<void> {
    const args = ['-p', this.#folder, '-c', 'nginx.conf', '-e', 'error.log'];
    this.#process = spawn(requireService('nginx'), args, { stdio: 'ignore' });
    await untilListening(this.http);
  }

  /** At once: every connection is cut. */
  async cut(): Promise<void> {
    const running = this.#process;
    this.#process = null;
    if (!running || running.exitCode !== null) return;
    const ended = once(running, 'exit');
    running.kill('SIGTERM');
    await ended;
  }

  #configuration(upstreams: readonly number[]): string {
    const servers = upstreams.map(
      (port) => `server 127.0.0.1:${String(port)} max_fails=1 fail_timeout=2s;`,
    );
    return `
daemon off;
${process.getuid?.() === 0 ? 'user root;' : ''}
pid nginx.pid;
worker_processes 1;
worker_rlimit_nofile 20000;
events { worker_connections 10000; }
http {
  types { text/html html; text/javascript js; }
  access_log off;
  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
  upstream servers { least_conn; ${servers.join(' ')} }
  server {
    listen 127.0.0.1:${String(this.http)} backlog=4096;
    listen 127.0.0.1:${String(this.https)} ssl http2;
    ssl_certificate certificate.pem;
    ssl_certificate_key key.pem;
    http2_max_concurrent_streams 512;
    keepalive_requests 100000;
    root www;
    location /api/ {
      proxy_pass http://servers;
      proxy_http_version 1.1;
      proxy_set_header Connection '';
      proxy_buffering off;
      proxy_read_timeout 1h;
      proxy_next_upstream error timeout http_503;
    }
  }
}
`;
  }
}

/** For the loopback interface alone, and for a day: browsers speak HTTP/2 over TLS only. */
function makeCertificate(folder: string): void {
  const own = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const files = ['-keyout', 'key.pem', '-out', 'certificate.pem'];
  const name = ['-days', '1', '-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  execFileSync(requireService('openssl'), ['req', ...own, ...files, ...name], {
    cwd: folder,
    stdio: 'ignore',
  });
}
