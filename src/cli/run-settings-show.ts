import { policyOf } from '../assemble/index.ts';
import { formatDuration } from '../lib/duration.ts';
import { listOf, nearest } from '../lib/nearest.ts';
import { printable } from '../lib/printable.ts';
import { WardenError } from '../model/index.ts';
import { describeSource, OPTION_NAMES, specOf, type CommandName, type OptionName, type Settings } from '../settings/index.ts';
import type { Call } from './command.ts';
import { settingsOf } from './settings-of.ts';

/** What of a configuration is no option and no policy; how many entries each has is told, not what they say. */
const SECTIONS = ['stores', 'environments', 'owners', 'tokens', 'grants', 'rotations', 'coverage.accept', 'rules', 'respond', 'sla', 'ledger.anchors'];

type Row = readonly [name: string, value: string, source: string];

/** `settings show`: what holds for a command, and who said it. */
export async function runSettingsShow({ args, flags, io }: Call): Promise<number> {
  const [name = 'audit'] = args;
  const commands = [...new Set(OPTION_NAMES.flatMap((option) => specOf(option).commands))].sort();
  const command = commands.find((known) => known === name);
  if (command === undefined) {
    const meant = nearest(name, commands);
    throw new WardenError('USAGE_UNKNOWN_COMMAND', `there is no command of this name, expected ${listOf(commands, 50)}`, meant === undefined ? {} : { hint: `did you mean ${meant}?` });
  }
  const settings = await settingsOf(command, { flags, io });
  for (const warning of settings.warnings) await io.stderr.write(`warning: ${warning}\n`);
  const rows = [...optionRows(command, settings), ...policyRows(settings), ...sectionRows(settings)].map((row): Row => [row[0], printable(row[1]), printable(row[2])]);
  const widths = [0, 1].map((column) => Math.min(60, Math.max(0, ...rows.map((row) => row[column]?.length ?? 0))));
  const head = settings.extended === undefined ? '' : `extends ${printable(settings.extended.file)}; delegated: ${settings.extended.delegates.length === 0 ? 'nothing' : settings.extended.delegates.join(', ')}\n\n`;
  await io.stdout.write(`${head}${rows.map(([key, value, source]) => `${key.padEnd(widths[0] ?? 0)}  ${value.padEnd(widths[1] ?? 0)}  ${source}\n`).join('')}`);
  return 0;
}

function optionRows(command: CommandName, { values, sourceOf, extended }: Settings): readonly Row[] {
  return OPTION_NAMES.filter((name) => specOf(name).commands.includes(command)).flatMap((name): readonly Row[] => {
    const spec = specOf(name);
    const shown = spec.key ?? spec.flag ?? spec.env;
    return shown === undefined ? [] : [[shown, shownValue(name, values[name]), describeSource(sourceOf(name)) + delegated(extended, shown)]];
  });
}

function shownValue(name: OptionName, value: unknown): string {
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return '-';
  // Whoever gives the password of a database in the environment does not want to read it here.
  if (name === 'store') return 'a database';
  if (specOf(name).kind === 'duration') return value === 0 ? '0s' : formatDuration(value as number);
  return JSON.stringify(value).slice(0, 200);
}

/** Every check with all that is judged by. */
function policyRows({ policy, statedAt, extended, policyFile }: Settings): readonly Row[] {
  const where = (path: readonly string[], otherwise: string): string => {
    const at = statedAt?.(path);
    return (at === undefined ? otherwise : `${at.file}:${at.line}:${at.column}`) + delegated(extended, path.join('.'));
  };
  const pack = typeof policy['pack'] === 'string' ? policy['pack'] : 'default';
  const packPlace = where(['policy', 'pack'], policyFile);
  const base = pack === 'default' && statedAt?.(['policy', 'pack']) === undefined ? 'the default' : `the pack ${pack}, ${packPlace}`;
  const on = policyOf(policy).entries.map(({ check, params, severity }): readonly Row[] =>
    [['severity', severity] as const, ...Object.entries(params as Readonly<Record<string, unknown>>)].map(([name, value]): Row => [`policy.${check.id}.${name}`, typeof value === 'string' ? value : JSON.stringify(value).slice(0, 200), where(['policy', check.id, name], base)]));
  const off = Object.entries(policy).filter(([, value]) => value === false).map(([id]): Row => [`policy.${id}`, 'off', where(['policy', id], base)]);
  return [...on.flat(), ...off].sort(([a], [b]) => (a < b ? -1 : 1));
}

function sectionRows({ statedAt, extended }: Settings): readonly Row[] {
  return SECTIONS.flatMap((section): readonly Row[] => {
    const at = statedAt?.(section.split('.'));
    return at === undefined ? [] : [[section, 'given', `${at.file}:${at.line}:${at.column}${delegated(extended, section)}`]];
  });
}

function delegated(extended: Settings['extended'], key: string): string {
  return extended?.delegates.some((name) => key === name || key.startsWith(`${name}.`)) === true ? ' (delegated)' : '';
}
