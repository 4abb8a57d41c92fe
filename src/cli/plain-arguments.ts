import { optionsOf, specOf, type FlagValues, type OptionName } from '../settings/index.ts';
import type { ShellCommand } from './command.ts';

export interface PlainCall {
  readonly command: ShellCommand;
  readonly args: readonly string[];
  readonly flags: FlagValues;
}

/**
 * Reads a command line in which nothing is unusual, as commander would: a command that takes any number of targets, options
 * of its table spelt in full, each with its value. Undefined for everything else, which is for commander to judge. Saves a
 * commit hook a tenth of its time.
 */
export function readPlainArguments(argv: readonly string[], commands: readonly ShellCommand[]): PlainCall | undefined {
  const command = commands.find(({ name, argument }) => name === argv[0] && /^\[[^ ]*\.\.\.\]$/.test(argument ?? ''));
  if (command === undefined) return undefined;
  const names = new Map(optionsOf(command.name).map((name) => [specOf(name).flag as string | undefined, name]));
  const args: string[] = [];
  const flags: { [N in OptionName]?: string | boolean | readonly string[] } = {};
  for (let index = 1; index < argv.length; index += 1) {
    const word = argv[index] as string;
    if (word === '-' || !word.startsWith('-')) {
      args.push(word);
      continue;
    }
    const equals = word.indexOf('=');
    const name = names.get(equals === -1 ? word : word.slice(0, equals));
    if (name === undefined) return undefined;
    const spec = specOf(name);
    if (spec.value === undefined) {
      if (equals !== -1) return undefined;
      flags[name] = spec.kind !== 'off';
      continue;
    }
    const value = equals === -1 ? argv[(index += 1)] : word.slice(equals + 1);
    if (value === undefined || value === '' || (value.startsWith('-') && value !== '-')) return undefined;
    const before = flags[name];
    flags[name] = spec.list === undefined ? value : [...(Array.isArray(before) ? (before as readonly string[]) : []), value];
  }
  return { command, args, flags };
}
