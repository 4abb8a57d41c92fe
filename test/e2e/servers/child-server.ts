import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';

/** A server that runs as a child process of the test. */
export interface ChildServer {
  readonly stop: () => Promise<void>;
}

export interface ChildServerOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Whom it runs as; absent: whoever runs the tests. */
  readonly uid?: number;
  readonly gid?: number;
  /** What asks it to end; default SIGTERM. */
  readonly endsWith?: NodeJS.Signals;
  /** Resolves to true once the server answers. Polled. */
  readonly isReady: () => Promise<boolean>;
  readonly name: string;
  /** Default: half a minute. */
  readonly readyWithinMs?: number;
  /** How long it may take to end, with the processes that it started; default: three seconds. */
  readonly stopsWithinMs?: number;
}

const READY_WITHIN_MS = 30_000;
const STOP_WITHIN_MS = 3_000;

/** Starts the process, waits until it answers, and makes sure it dies with us, by its own handle. */
export async function startChildServer(options: ChildServerOptions): Promise<ChildServer> {
  const { uid, gid } = options;
  const child = spawn(options.command, options.args, { cwd: options.cwd, env: options.env, stdio: ['ignore', 'pipe', 'pipe'], ...(uid === undefined ? {} : { uid }), ...(gid === undefined ? {} : { gid }) });
  let output = '';
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString('utf8')).slice(-4_000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  let failure: Error | undefined;
  child.once('error', (error) => {
    failure = error;
  });
  const killNow = (): void => {
    child.kill('SIGKILL');
  };
  process.once('exit', killNow);

  const deadline = Date.now() + (options.readyWithinMs ?? READY_WITHIN_MS);
  for (;;) {
    if (failure !== undefined || child.exitCode !== null || Date.now() > deadline) {
      killNow();
      throw new Error(`${options.name} did not start: ${failure?.message ?? `exit ${String(child.exitCode)}`}\n${output}`);
    }
    if (await options.isReady().catch(() => false)) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    stop: async () => {
      process.removeListener('exit', killNow);
      await stopChild(child, options.endsWith ?? 'SIGTERM', options.stopsWithinMs ?? STOP_WITHIN_MS);
    },
  };
}

async function stopChild(child: ChildProcess, signal: NodeJS.Signals, withinMs: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill(signal);
  const timer = setTimeout(() => child.kill('SIGKILL'), withinMs);
  await gone;
  clearTimeout(timer);
}
