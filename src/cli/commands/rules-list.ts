import type { ShellCommand } from '../command.ts';
import type { Output } from '../io.ts';

export const command: ShellCommand = {
  name: 'rules list',
  summary: 'list every token kind that is found',
  description: 'Lists every token kind: id, issuer, confidence of a match, how long such tokens are meant to live, name.',
  examples: ['tokenwarden rules list', 'tokenwarden rules list | grep github'],
  exitCodes: { 0: 'listed' },
  async run({ io }) {
    const { readCatalogue } = await import('../catalogue.ts');
    const { rules } = await readCatalogue();
    const rows = rules.map((rule) => [rule.id, rule.issuer, rule.companionOnly ? 'part' : rule.confidence, rule.lifetime, rule.name]);
    const issuers = new Set(rules.map((rule) => rule.issuer)).size;
    await io.stdout.write(table(rows, io.stdout));
    await io.stderr.write(`${rules.length} kinds of ${issuers} issuers\n`);
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
