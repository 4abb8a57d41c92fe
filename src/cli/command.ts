import type { CommandName, FlagValues } from '../settings/index.ts';
import type { Io } from './io.ts';

/** What a command is called with. */
export interface Call {
  /** Positional arguments, in order; a variadic one comes as the rest. */
  readonly args: readonly string[];
  /** Options as text, by their name in the table of options; those that were not given are absent. */
  readonly flags: FlagValues;
  readonly io: Io;
}

/** One file of `src/cli/commands/`. Its options are those that the table gives to its name. */
export interface ShellCommand {
  readonly name: CommandName;
  /** As commander reads them, separated by a space: `<plan>`, `[target...]`. */
  readonly argument?: string;
  /** One line for each argument. */
  readonly argumentHelp?: string;
  /** One line, for the list of commands. */
  readonly summary: string;
  /** What `--help` begins with. */
  readonly description: string;
  readonly examples: readonly string[];
  readonly exitCodes: Readonly<Record<number, string>>;
  /** Resolves with the exit code; throws `WardenError` for what makes it 2. Heavy rooms are imported inside. */
  readonly run: (call: Call) => Promise<number>;
}
