import { availableParallelism, homedir, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { WardenError } from '../model/index.ts';
import type { Io, Output } from './io.ts';

/** The real process as `Io`. */
export function processIo(): Io {
  return {
    stdin: process.stdin,
    stdout: outputTo(process.stdout),
    stderr: outputTo(process.stderr),
    env: process.env,
    cwd: process.cwd(),
    home: homeDirectory(),
    now: () => new Date(),
    processors: availableParallelism(),
    actor: process.env.GITHUB_ACTOR ?? process.env.GITLAB_USER_LOGIN ?? loginName(),
    login: loginName,
    warnings: process,
    onInterrupt(handler) {
      process.on('SIGINT', handler);
      process.on('SIGTERM', handler);
      return () => {
        process.off('SIGINT', handler);
        process.off('SIGTERM', handler);
      };
    },
    kill: (exitCode) => process.exit(exitCode),
  };
}

function loginName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}

/** A user without an entry in the password file (containers) has none: then a folder of the user's own among the temporary ones. */
function homeDirectory(): string {
  try {
    const home = homedir();
    if (home !== '') return home;
  } catch {
    // Falls through to the temporary folder.
  }
  return join(tmpdir(), `home-${loginName().replaceAll(/[^\w-]/g, '-')}`);
}

const GONE = new Set(['EPIPE', 'ECONNRESET', 'ERR_STREAM_DESTROYED', 'ERR_STREAM_WRITE_AFTER_END']);

function outputTo(stream: NodeJS.WriteStream): Output {
  let gone = false;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // Every failed write also calls back below; this only keeps the event from ending the process.
    if (GONE.has(error.code ?? '')) gone = true;
  });
  return {
    stream,
    isTerminal: stream.isTTY === true,
    columns: stream.isTTY === true ? stream.columns : undefined,
    write: (text) =>
      new Promise((resolve, reject) => {
        if (gone || text === '') return resolve();
        stream.write(text, (error) => {
          if (error === null || error === undefined) return resolve();
          if (GONE.has((error as NodeJS.ErrnoException).code ?? '')) {
            gone = true;
            return resolve();
          }
          reject(new WardenError('OUTPUT_FAILED', `cannot write to ${stream === process.stdout ? 'standard output' : 'standard error'} (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`));
        });
      }),
  };
}
