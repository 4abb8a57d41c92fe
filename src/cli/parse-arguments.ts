import { Command, Option, type ErrorOptions } from 'commander';
import { nearest } from '../lib/nearest.ts';
import { printable } from '../lib/printable.ts';
import { WardenError } from '../model/index.ts';
import { optionsOf, specOf, type FlagValues, type OptionName } from '../settings/index.ts';
import type { ShellCommand } from './command.ts';
import { GROUPS, rootHelp, tailOfHelp } from './help.ts';

export type Parsed =
  | { readonly kind: 'call'; readonly command: ShellCommand; readonly args: readonly string[]; readonly flags: FlagValues }
  /** Help or version was asked for; or nothing, which prints help as an error. */
  | { readonly kind: 'print'; readonly text: string; readonly exitCode: 0 | 2 };

export interface Looks {
  readonly version: string;
  /** Columns of the terminal. */
  readonly width: number;
}

/** Reads a command line. Throws `WardenError` `USAGE_*` with the nearest spelling; never shows a value that was given. */
export function parseArguments(argv: readonly string[], commands: readonly ShellCommand[], looks: Looks): Parsed {
  let call: Parsed | undefined;
  let printed = '';
  const program = rootProgram(looks, (text) => {
    printed += text;
  });
  for (const command of commands) {
    addCommand(program, command, (args, flags) => {
      call = { kind: 'call', command, args, flags };
    });
  }
  try {
    program.parse([...argv], { from: 'user' });
  } catch (error) {
    if (error instanceof WardenError) throw error;
    const asked = (error as { exitCode?: number }).exitCode === 0;
    if (printed === '') throw error;
    return { kind: 'print', text: printed, exitCode: asked ? 0 : 2 };
  }
  return call ?? { kind: 'print', text: printed, exitCode: 0 };
}

/** commander's parser, with our errors: its own quote what was typed, which may be a secret in the wrong place. */
class Program extends Command {
  override createCommand(name?: string): Program {
    return new Program(name);
  }

  override error(message: string, options?: ErrorOptions): never {
    const word = /'([^']*)'/.exec(message)?.[1] ?? '';
    const help = `see "${this.fullName()} --help"`;
    switch (options?.code) {
      case 'commander.unknownOption': {
        const flag = word.split('=')[0] ?? '';
        if (word.includes('=') && this.longFlags().includes(flag)) throw new WardenError('USAGE_UNWANTED_VALUE', `option ${flag} takes no value`, { hint: `write ${flag} to switch it on, or leave it out` });
        const meant = nearest(flag.replace(/^-+/, ''), this.longFlags().map((long) => long.slice(2)));
        throw new WardenError('USAGE_UNKNOWN_OPTION', `${this.fullName()} has no option ${shown(flag)}`, { hint: meant === undefined ? help : `did you mean --${meant}?` });
      }
      case 'commander.unknownCommand': {
        const names = this.commands.map((command) => command.name());
        const meant = nearest(word, names);
        const hint = meant !== undefined ? `did you mean "${this.fullName()} ${meant}"?` : /[./\\]/.test(word) ? `a target comes after a command: ${this.fullName()} scan TARGET` : help;
        throw new WardenError('USAGE_UNKNOWN_COMMAND', `${this.fullName()} has no command ${shown(word)}`, { hint });
      }
      case 'commander.missingArgument':
        throw new WardenError('USAGE_MISSING_ARGUMENT', `${this.fullName()} needs ${word.toUpperCase()}`, { hint: help });
      case 'commander.optionMissingArgument':
        throw new WardenError('USAGE_MISSING_VALUE', `option ${word} needs a value`, { hint: help });
      case 'commander.excessArguments':
        throw new WardenError('USAGE_TOO_MANY_ARGUMENTS', `${this.fullName()} was given too many arguments`, { hint: help });
      default:
        throw new WardenError('USAGE', `${this.fullName()} cannot be called like this`, { hint: help });
    }
  }

  fullName(): string {
    return this.parent instanceof Program ? `${this.parent.fullName()} ${this.name()}` : this.name();
  }

  longFlags(): readonly string[] {
    const inherited = this.parent instanceof Program ? this.parent.longFlags() : [];
    return [...this.options.flatMap((option) => option.long ?? []), '--help', ...inherited];
  }
}

/** What was typed, if it is word-like: a long or odd text may be a secret. */
function shown(word: string): string {
  return /^[A-Za-z0-9_./-]{1,32}$/.test(word) ? `"${printable(word)}"` : 'like this';
}

function rootProgram({ version, width }: Looks, print: (text: string) => void): Program {
  const program = new Program('tokenwarden');
  program
    .version(version, '-V, --version', 'print the version')
    .description(rootHelp.description)
    .usage('COMMAND [OPTIONS] [ARGUMENTS]')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print help for a command')
    .addHelpText('after', rootHelp.after)
    .exitOverride()
    .configureOutput({ writeOut: print, writeErr: print, getOutHelpWidth: () => width, getErrHelpWidth: () => width, getOutHasColors: () => true, getErrHasColors: () => true })
    .showSuggestionAfterError(false)
    .allowExcessArguments(false);
  return program;
}

function addCommand(program: Command, command: ShellCommand, onCall: (args: readonly string[], flags: FlagValues) => void): void {
  const words = command.name.split(' ');
  const last = words.at(-1) ?? command.name;
  const parent = words.length === 1 ? program : groupOf(program, words[0] ?? '');
  const own = parent.command(last).description(command.description).summary(command.summary).addHelpText('after', tailOfHelp(command));
  const helps = (command.argumentHelp ?? '').split('\n');
  for (const [index, argument] of (command.argument?.split(' ') ?? []).entries()) own.argument(argument, helps[index] ?? '');
  const names = optionsOf(command.name);
  for (const name of names) own.addOption(optionFor(name));
  own.action(() => onCall(own.args, flagsOf(own, names)));
}

function groupOf(program: Command, name: string): Command {
  return program.commands.find((command) => command.name() === name) ?? program.command(name).description(GROUPS[name] ?? '').usage('COMMAND [OPTIONS]');
}

function optionFor(name: OptionName): Option {
  const spec = specOf(name);
  const option = new Option(spec.value === undefined ? (spec.flag ?? '') : `${spec.flag} <${spec.value}>`, spec.help);
  option.helpGroup(`${spec.group}:`);
  if (spec.list !== undefined) option.argParser((value: string, before: readonly string[] | undefined) => [...(before ?? []), value]);
  return option;
}

/** Only what the command line itself gave. */
function flagsOf(command: Command, names: readonly OptionName[]): FlagValues {
  const keys = names.map((name) => [name, optionFor(name).attributeName()] as const);
  const given = keys.filter(([, key]) => command.getOptionValueSource(key) === 'cli');
  return Object.fromEntries(given.map(([name, key]) => [name, command.getOptionValue(key) as string | boolean | readonly string[]]));
}
