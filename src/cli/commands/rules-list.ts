import { settingsOf } from '../settings-of.ts';
import type { ShellCommand } from '../command.ts';
import type { Output } from '../io.ts';

export const command: ShellCommand = {
  name: 'rules list',
  summary: 'list every token kind that is found',
  description: "Lists every token kind: id, issuer, confidence of a match, how long such tokens are meant to live, name. Rules of the configuration are among them and say so; disabled ones are not listed.",
  examples: ['tokenwarden rules list', 'tokenwarden rules list | grep github'],
  exitCodes: { 0: 'listed', 2: 'the configuration is wrong' },
  async run({ flags, io }) {
    const settings = await settingsOf('rules list', { flags, io });
    const [{ readRules }, { readCatalogue }] = await Promise.all([import('../rules.ts'), import('../catalogue.ts')]);
    const { rules, changes } = await readRules(settings);
    const builtIn = new Set(changes === undefined ? [] : readCatalogue().rules.map(({ id }) => id));
    const own = new Set((changes?.added ?? []).map(({ id }) => id));
    const mark = (id: string): string => (!own.has(id) ? '' : builtIn.has(id) ? ' (changed by you)' : ' (yours)');
    const rows = rules.map((rule) => [rule.id, rule.issuer, rule.companionOnly ? 'part' : rule.confidence, rule.lifetime, rule.name + mark(rule.id)]);
    const issuers = new Set(rules.map((rule) => rule.issuer)).size;
    await io.stdout.write(table(rows, io.stdout));
    await io.stderr.write(`${rules.length} kinds of ${issuers} issuers${changes === undefined ? '' : `; ${own.size} yours or changed, ${changes.removed.length} disabled`}\n`);
    return 0;
  },
};

/** Columns as wide as their contents; on a terminal, lines are cut to its width. */
function table(rows: readonly (readonly string[])[], { columns }: Output): string {
  const widths = (rows[0] ?? []).map((_, index) => Math.max(...rows.map((row) => (row[index] ?? '').length)));
  return rows
    .map((row) => row.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join('  ').trimEnd())
    .map((line) => `${columns !== undefined && line.length > columns ? `${line.slice(0, columns - 1)}…` : line}\n`)
    .join('');
}
