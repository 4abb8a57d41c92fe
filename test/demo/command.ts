import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export type Tokenwarden = (...args: readonly string[]) => Promise<Outcome>;

const COMMAND = fileURLToPath(new URL('../../dist/tokenwarden.js', import.meta.url));
const WITHIN_MS = 40_000;

/** The built command as a child process, as a user runs it: in `cwd`, with nothing of our environment but the path and `env`. */
export function createTokenwarden(cwd: string, env: Readonly<Record<string, string>>, onChild: (stop: () => void) => void): Tokenwarden {
  return (...args) =>
    new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [COMMAND, ...args], {
        cwd,
        env: { PATH: process.env['PATH'] ?? '', ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
        timeout: WITHIN_MS,
        killSignal: 'SIGKILL',
      });
      onChild(() => child.kill('SIGKILL'));
      const stdout: Buffer[] = [];
      const stderr: Buffer[] = [];
      child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
      child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, stdout: Buffer.concat(stdout).toString('utf8'), stderr: Buffer.concat(stderr).toString('utf8') }));
    });
}
