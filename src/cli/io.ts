import type { Readable } from 'node:stream';
import type { WarningHost } from '../lib/sqlite.ts';
import type { Environment } from '../settings/index.ts';

/** A standard stream to write to. */
export interface Output {
  /** Resolves when the text was taken over. A reader that went away (`| head -1`) is no error; a full disk is. */
  readonly write: (text: string) => Promise<void>;
  readonly isTerminal: boolean;
  /** Width in columns; undefined if it is no terminal. */
  readonly columns: number | undefined;
  /** For progress bars, which draw by themselves. */
  readonly stream: NodeJS.WriteStream;
}

/** What a shell command is given of the process; tests give their own. */
export interface Io {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Environment;
  /** Absolute. */
  readonly cwd: string;
  /** The user's home directory. */
  readonly home: string;
  readonly now: () => Date;
  readonly processors: number;
  /** Who acts, for the ledger: the login, or the actor of a CI job. */
  readonly actor: string;
  /** The user's name by the operating system, whatever the environment says. Absent: `actor` is it. */
  readonly login?: () => string;
  /** The process, for libraries that warn. */
  readonly warnings: WarningHost;
  /** Calls `handler` for every interrupt (Ctrl-C, SIGTERM) until the returned function is called. */
  readonly onInterrupt: (handler: () => void) => () => void;
  /** Ends the process at once; for the second interrupt. */
  readonly kill: (exitCode: number) => void;
}

/** Colours: `NO_COLOR` and `TERM=dumb` refuse, `FORCE_COLOR` insists, else terminals only (no-color.org). */
export function usesColor(env: Environment, output: Output): boolean {
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false;
  if (env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '') return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
  return output.isTerminal && env.TERM !== 'dumb';
}

/** Whether a person watches this terminal: progress bars are for nobody else. */
export function isWatched(env: Environment, output: Output): boolean {
  const inCi = env.CI !== undefined && env.CI !== '' && env.CI !== 'false' && env.CI !== '0';
  return output.isTerminal && !inCi && env.TERM !== 'dumb';
}
