import { spawn, type ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import type { Ended, Handed } from '../respond/index.ts';

/** How long a command may go on after it was asked to end, and after it ended with children that did not. */
const GRACE_MS = 10_000;
/** How long what is left in the pipes is waited for once the command has ended. */
const DRAIN_MS = 500;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

/** Signals that ask us to end, from now on; passed on to the command while it runs. */
export interface Signals {
  readonly received: () => NodeJS.Signals | undefined;
  readonly forwardTo: (forward: (signal: NodeJS.Signals) => void) => void;
  readonly end: () => void;
}

/** Takes the signals over: a credential must be ended before we are. */
export function takeSignals(): Signals {
  let received: NodeJS.Signals | undefined;
  let forward: ((signal: NodeJS.Signals) => void) | undefined;
  const handlers = SIGNALS.map((signal) => {
    const handler = (): void => {
      received = signal;
      forward?.(signal);
    };
    process.on(signal, handler);
    return () => process.off(signal, handler);
  });
  return {
    received: () => received,
    forwardTo(next) {
      forward = next;
    },
    end: () => handlers.forEach((off) => off()),
  };
}

export interface SuperviseOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly handed: Handed;
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
  readonly signals: Signals;
  readonly graceMs?: number;
}

/**
 * Runs a command in a process group of its own, with its output masked, and waits for its end. A signal is passed on to the
 * group; who ignores it is killed after a grace. When the command has ended, so do those of its group: what they print could no
 * longer be masked, and their credential is about to die.
 */
export async function supervise(options: SuperviseOptions): Promise<Ended> {
  const { command, args, handed, signals, graceMs = GRACE_MS } = options;
  const child = spawn(command, args, { env: { ...options.env, ...handed.variables }, stdio: ['inherit', 'pipe', 'pipe'], detached: true });
  const copies = [copyMasked(child.stdout, options.stdout, handed), copyMasked(child.stderr, options.stderr, handed)];
  let hard: NodeJS.Timeout | undefined;
  signals.forwardTo((signal) => {
    signalGroup(child, signal);
    // The second one is meant.
    if (hard !== undefined) signalGroup(child, 'SIGKILL');
    hard ??= setTimeout(() => signalGroup(child, 'SIGKILL'), graceMs);
  });
  const early = signals.received();
  if (early !== undefined) signalGroup(child, early);
  const ended = await new Promise<Ended>((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => resolve({ failed: error.code ?? 'error' }));
    child.once('exit', (code, signal) => resolve(signal === null ? { exitCode: code ?? 0 } : { signal }));
  });
  clearTimeout(hard);
  signals.forwardTo(() => undefined);
  await endGroup(child);
  await Promise.race([Promise.all(copies), later(DRAIN_MS)]);
  child.stdout?.destroy();
  child.stderr?.destroy();
  await Promise.all(copies);
  return ended;
}

/** The exit code with which shells tell it. */
export function exitCodeOf(ended: Ended): number {
  if ('exitCode' in ended) return ended.exitCode;
  if ('failed' in ended) return ended.failed === 'ENOENT' ? 127 : 126;
  return 128 + (constants.signals[ended.signal as NodeJS.Signals] ?? 0);
}

/** Resolves when the stream has ended and all of it is handed on. A reader that went away ends the command's stream, as a pipe would. */
function copyMasked(from: NodeJS.ReadableStream | null, to: NodeJS.WritableStream, { mask }: Handed): Promise<void> {
  if (from === null) return Promise.resolve();
  const masked = mask();
  const write = (bytes: Uint8Array): boolean => bytes.length === 0 || to.write(bytes);
  return new Promise((resolve) => {
    let isOver = false;
    const finish = (): void => {
      if (isOver) return;
      isOver = true;
      to.off('drain', resume);
      to.off('error', gone);
      write(masked.end());
      resolve();
    };
    const resume = (): unknown => from.resume();
    const gone = (): void => (from as NodeJS.ReadableStream & { destroy: () => void }).destroy();
    from.on('data', (chunk: Buffer) => {
      if (!write(masked.push(chunk))) from.pause();
    });
    to.on('drain', resume);
    to.on('error', gone);
    for (const event of ['end', 'close', 'error']) from.on(event, finish);
  });
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals | 0): boolean {
  if (pid === undefined) return false;
  try {
    process.kill(-pid, signal);
    return true;
  } catch {
    return false;
  }
}

/** Those of the group that outlive the command: asked, then killed. */
async function endGroup(child: ChildProcess): Promise<void> {
  if (!signalGroup(child, 'SIGTERM')) return;
  for (let waited = 0; waited < 2000; waited += 50) {
    if (!signalGroup(child, 0)) return;
    await later(50);
  }
  signalGroup(child, 'SIGKILL');
}

function later(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
