import { access } from 'node:fs/promises';
import type { RuleRecord } from '../../inventory/index.ts';
import { settingsOf } from '../settings-of.ts';
import type { Call, ShellCommand } from '../command.ts';
import { isDatabaseUrl } from '../../inventory/index.ts';
import { inventoryPlace } from '../state-files.ts';

export const command: ShellCommand = {
  name: 'rules stats',
  argument: '[id]',
  argumentHelp: 'id of a rule (default: all that have a record)',
  summary: "show each rule's record on this machine",
  description: 'Shows for each rule, over all runs that the state directory remembers: how many credentials it found, how many of them their issuers called active and inactive, and how many people called false positives ("tokenwarden feedback"). With an id, also the shapes of these.',
  examples: ['tokenwarden rules stats', 'tokenwarden rules stats generic-secret'],
  exitCodes: { 0: 'shown', 2: 'the inventory cannot be read, or no such rule' },
  async run({ args, flags, io }) {
    const [id] = args;
    const settings = await settingsOf('rules stats', { flags, io });
    const path = inventoryPlace(settings);
    const exists = isDatabaseUrl(path) || (await access(path).then(() => true, () => false));
    const records = exists ? await read(path, io) : [];
    if (id !== undefined && !records.some(({ rule }) => rule === id)) {
      const { readCatalogue, ruleOf } = await import('../catalogue.ts');
      ruleOf(readCatalogue(), id);
    }
    const shown = id === undefined ? records : records.filter(({ rule }) => rule === id);
    if (shown.length === 0) {
      await io.stdout.write(id === undefined ? 'No rule has a record yet: no finding is remembered here.\n' : 'This rule has no record yet.\n');
      return 0;
    }
    const rows = [
      ['RULE', 'SEEN', 'ACTIVE', 'INACTIVE', 'UNVERIFIED', 'FALSE POSITIVES'],
      ...shown.map(({ rule, seen, active, inactive, falsePositives }) => [rule, ...[seen, active, inactive, seen - active - inactive, falsePositives].map(String)]),
    ];
    const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length))) ?? [];
    const table = rows.map((row) => row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  '));
    const shapes = id === undefined ? [] : (shown[0]?.shapes ?? []).map((shape) => `false positive of the shape ${shape}`);
    await io.stdout.write(`${[...table, ...shapes].join('\n')}\n`);
    return 0;
  },
};

async function read(path: string, io: Call['io']): Promise<readonly RuleRecord[]> {
  const { openInventory } = await import('../../inventory/index.ts');
  const inventory = await openInventory(path, { now: io.now, warnings: io.warnings });
  try {
    return await inventory.ruleRecords();
  } finally {
    await inventory.close();
  }
}
