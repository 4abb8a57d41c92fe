import { spawn } from 'node:child_process';
import { dirname } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { WardenError, type Repository } from '../../model/index.ts';
import { GIT_ARGUMENTS, gitEnvironment, type Environment } from './environment.ts';
import { findGit } from './executable.ts';

/** All that a hardened git call needs to know. */
export interface GitContext {
  readonly repository: Repository;
  readonly environment: Environment;
  readonly signal?: AbortSignal;
  /** Absolute path of an index other than the repository's own. */
  readonly indexFile?: string;
  /** `check-ignore` alone refuses to take path arguments literally, and needs not be told: it expands nothing. */
  readonly refusesLiteral?: true;
}

export interface GitExit {
  readonly code: number;
  /** At most 64 KiB, safe to look for messages in; use `explain` to show it. */
  readonly stderr: string;
}

export interface GitProcess {
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** Never rejects. -1: could not be started or was killed. */
  readonly exit: Promise<GitExit>;
  readonly kill: () => void;
  /** Whether the event loop waits for this process and its pipes. */
  readonly hold: (waiting: boolean) => void;
}

const MAX_STDERR = 64 << 10;

/** Before a command that reads many objects, of which those that differ little come one after another: what git keeps of objects that others differ from is 96 MB unless told, and no faster. */
export const FEW_BASES: readonly string[] = ['-c', 'core.deltaBaseCacheLimit=16m'];

/** Starts git with plumbing arguments, hardened: see `environment.ts`. Only `anchor-ref.ts` calls it with commands that write. */
export function startGit(context: GitContext, args: readonly string[]): GitProcess {
  const { repository, environment, signal, indexFile, refusesLiteral } = context;
  const root = repository.workTree ?? repository.gitDir;
  const executable = findGit(environment, root);
  const child = spawn(executable, [...GIT_ARGUMENTS, ...(refusesLiteral === true ? [] : ['--literal-pathspecs']), ...args], {
    cwd: root,
    env: gitEnvironment(repository, dirname(executable), environment, indexFile),
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
    ...(signal === undefined ? {} : { signal, killSignal: 'SIGKILL' }),
  });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    if (stderr.length < MAX_STDERR) stderr += chunk.toString('utf8').slice(0, MAX_STDERR - stderr.length);
  });
  child.stdin.on('error', () => undefined); // It ended before it had read everything: its exit code tells.
  const exit = new Promise<GitExit>((resolve) => {
    child.on('error', (error) => resolve({ code: -1, stderr: error.message }));
    child.on('close', (code) => resolve({ code: code ?? -1, stderr }));
  });
  return {
    stdin: child.stdin,
    stdout: child.stdout,
    exit,
    kill: () => void child.kill('SIGKILL'),
    hold: (waiting) => {
      for (const handle of [child, child.stdin, child.stdout, child.stderr] as readonly Partial<Record<'ref' | 'unref', () => void>>[]) handle[waiting ? 'ref' : 'unref']?.();
    },
  };
}

export interface GitResult extends GitExit {
  readonly stdout: Buffer;
}

/** Runs git to its end and keeps its output, at most `maxBytes` (64 MiB); more is an error `GIT_OUTPUT_TOO_LARGE`. */
export async function runGit(context: GitContext, args: readonly string[], input: string | Uint8Array = '', maxBytes = 64 << 20): Promise<GitResult> {
  const process = startGit(context, args);
  process.stdin.end(input);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdout as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) {
      process.kill();
      throw new WardenError('GIT_OUTPUT_TOO_LARGE', `git ${args[0] ?? ''} gave more than ${maxBytes} bytes`);
    }
    chunks.push(chunk);
  }
  return { ...(await process.exit), stdout: Buffer.concat(chunks) };
}

/** Like `runGit`, as text without the last newline; anything but exit code 0 throws `GIT_FAILED`. */
export async function gitText(context: GitContext, args: readonly string[], input = ''): Promise<string> {
  const result = await runGit(context, args, input);
  if (result.code !== 0) throw gitFailed(context, args, result);
  return result.stdout.toString('utf8').replace(/\n$/, '');
}

/** The error for a git that failed where it should not have. */
export function gitFailed(context: GitContext, args: readonly string[], exit: GitExit): WardenError {
  const command = args.find((arg) => !arg.startsWith('-')) ?? '';
  return new WardenError('GIT_FAILED', `git ${command} failed in ${context.repository.workTree ?? context.repository.gitDir}: ${explain(exit)}`, {
    hint: 'The repository may be damaged: "git fsck" tells. To scan the files without git, copy them elsewhere or remove .git.',
  });
}

/** The telling line of what git said, short, without user information of URLs and control characters. */
export function explain({ code, stderr }: GitExit): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  const line = lines.find((text) => text.startsWith('fatal:')) ?? lines.find((text) => text.startsWith('error:')) ?? lines[0] ?? `exit code ${code}`;
  return line
    .replace(/^(fatal|error): /, '')
    .replace(/:\/\/[^/\s@]*@/g, '://')
    .replace(/\p{Cc}/gu, ' ')
    .slice(0, 200);
}
