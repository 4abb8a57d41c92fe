import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import { printable } from '../../lib/printable.ts';
import { WardenError } from '../../model/index.ts';
import type { Imported } from '../../rules/import/imported.ts';
import { settingsOf } from '../settings-of.ts';
import type { Call, ShellCommand } from '../command.ts';
import { writeNew } from '../write-new.ts';

/** Rule files over this are a mistake. */
const MAX_BYTES = 8 << 20;

export const command: ShellCommand = {
  name: 'rules import',
  argument: '<file>',
  argumentHelp: 'rules of another scanner; - is standard input',
  summary: 'turn the rules of another scanner into own ones',
  description:
    'Reads rules of gitleaks or betterleaks (TOML), Kingfisher or Nosey Parker (YAML) and writes them in the form of tokenwarden, for `rules.files` of tokenwarden.yml. Expressions are translated and proven to run in linear time, examples are made up from the patterns. Standard error, and comments in the result, say for each rule and field what could not be carried over and why.',
  examples: ['tokenwarden rules import --from gitleaks .gitleaks.toml --out rules/ours.yml', 'tokenwarden rules import --from kingfisher rules.yml > rules/ours.yml'],
  exitCodes: { 0: 'every rule was carried over, perhaps in part', 1: 'some rule was not carried over', 2: 'the file is not of that format, or FILE of --out is there already' },
  async run({ args, flags, io }) {
    const { values } = await settingsOf('rules import', { flags, io });
    const [file = ''] = args;
    if (values.ruleFormat === undefined) throw new WardenError('USAGE_MISSING_VALUE', 'rules import needs --from: gitleaks, kingfisher or noseyparker', { hint: 'see "tokenwarden rules import --help"' });
    const [{ readCatalogue }, { importRules }, { writeImported }] = await Promise.all([import('../catalogue.ts'), import('../../rules/import/import-rules.ts'), import('../../rules/import/write-rules.ts')]);
    const text = await readRuleText(file, io);
    const taken = new Set(readCatalogue().rules.map(({ id }) => id));
    const imported = await importRules(values.ruleFormat, text, taken);
    const yaml = writeImported(imported, `Rules of ${printable(file === '-' ? 'standard input' : basename(file))} (${values.ruleFormat})`);
    if (values.out === undefined) await io.stdout.write(yaml);
    else await writeNew(values.out, yaml);
    await io.stderr.write(reportOf(imported));
    return imported.rules.every(({ kind }) => kind !== undefined) ? 0 : 1;
  },
};

async function readRuleText(file: string, io: Call['io']): Promise<string> {
  const text = await (file === '-' ? readAll(io.stdin) : readFile(file, 'utf8')).catch((error: NodeJS.ErrnoException) => {
    throw new WardenError('IMPORT_UNREADABLE', `the rule file ${printable(file)} cannot be read (${error.code ?? 'unknown error'})`);
  });
  if (text.length > MAX_BYTES) throw new WardenError('IMPORT_UNREADABLE', `the rule file ${printable(file)} is over 8 MiB`);
  return text;
}

function reportOf({ rules, notes }: Imported): string {
  const whole = rules.filter(({ kind, notes: own }) => kind !== undefined && own.length === 0).length;
  const lost = rules.filter(({ kind }) => kind === undefined).length;
  const lines = [
    ...notes.map(({ field, what }) => `${field}: ${what}`),
    ...rules.flatMap(({ from, kind, notes: own }) => own.map(({ field, what }) => `${from}${kind === undefined ? ' (not carried over)' : ''}: ${field}: ${what}`)),
    `${rules.length} rules: ${whole} carried over whole, ${rules.length - whole - lost} in part, ${lost} not`,
  ];
  return lines.map((line) => `${printable(line)}\n`).join('');
}
