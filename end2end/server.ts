/** The program under test, as an administrator would run it: its own data directory and private Postgres. */
import { ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname ?? '.', '..');
export const program = process.env.KEPT_PROGRAM ?? join(root, 'target/release/kept');

export interface Server {
  url: string;
  data: string;
  port: number;
  process: ChildProcess;
  log: string;
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const probe = createServer();
    probe.once('error', fail);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => done(port));
    });
  });
}

export function environment(data: string, port: number): NodeJS.ProcessEnv {
  const { DATABASE_URL: _, ...rest } = process.env;
  const tickets = process.env.KEPT_E2E_TICKETS ?? '300';
  return {
    ...rest, KEPT_DATA: data, KEPT_ADDR: `127.0.0.1:${port}`, KEPT_DEMO: 'true', KEPT_DEMO_TICKETS: tickets,
    // So that a flood can come from another address than everybody else.
    KEPT_TRUSTED_PROXIES: '127.0.0.1',
  };
}

/** A data directory that the user of the private Postgres can reach, also when root runs the tests. */
export function freshData(): string {
  const data = mkdtempSync(join(tmpdir(), 'kept-e2e-'));
  chmodSync(data, 0o755);
  return data;
}

/** Starts the program and waits until it is ready; on the same data if `data` is given, with more settings in `env`. */
export async function start(data = freshData(), port?: number, env: NodeJS.ProcessEnv = {}): Promise<Server> {
  const chosen = port ?? (await freePort());
  const log = join(data, '..', `${data.split('/').pop()}.log`);
  const out = openSync(log, 'a');
  const child = spawn(program, ['serve', '--demo'], {
    cwd: root,
    env: { ...environment(data, chosen), ...env },
    stdio: ['ignore', out, out],
  });
  const url = `http://127.0.0.1:${chosen}`;
  const until = Date.now() + 60_000;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`kept stopped with ${child.exitCode}; see ${log}`);
    const ready = await fetch(`${url}/readyz`).then((r) => r.ok, () => false);
    if (ready) return { url, data, port: chosen, process: child, log };
    if (Date.now() > until) throw new Error(`kept is not ready after a minute; see ${log}`);
    await new Promise((r) => setTimeout(r, 100));
  }
}

/** Stops it the orderly way and waits for its end. */
export async function stop(server: Server): Promise<void> {
  if (server.process.exitCode !== null) return;
  const ended = new Promise((r) => server.process.once('exit', r));
  server.process.kill('SIGTERM');
  await ended;
}

/** Stops it, and its data is not wanted any more; what it logged stays. */
export async function discard(server: Server): Promise<void> {
  await stop(server);
  rmSync(server.data, { recursive: true, force: true });
}

/** Runs another command of the program on the data of `server`; what it printed. */
export function kept(server: { data: string; port: number }, ...args: string[]): string {
  return execFileSync(program, args, { cwd: root, env: environment(server.data, server.port), encoding: 'utf8' });
}
