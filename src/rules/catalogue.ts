import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Rule } from '../model/index.ts';
import { WardenError } from '../model/index.ts';
import { canonicalJson } from '../lib/canonical-json.ts';
import { CONTEXT_FILE, parseContext } from './context/parse-context.ts';
import type { RuleChanges } from './own/changes.ts';
import { parseRules } from './parse.ts';

/** All rules, sorted by id, and the SHA-256 (hex) of their canonical JSON: the same rules, the same digest. */
export interface Catalogue {
  readonly rules: readonly Rule[];
  readonly digest: string;
  /** How it differs from the built-in one, for threads that read that one themselves. Absent: not at all. */
  readonly changes?: RuleChanges;
}

/** Reads every `*.yml` of a folder; `context.yml` is the table of kinds that only a word tells. Throws `RULE_INVALID` as `parseRules` does, and for ids used in two files or companions that do not exist. */
export async function loadCatalogue(dir: string): Promise<Catalogue> {
  const names = (await readdir(dir)).filter((name) => name.endsWith('.yml')).sort();
  const files = await Promise.all(names.map(async (name) => ({ name, rules: (name === CONTEXT_FILE ? parseContext : parseRules)(await readFile(join(dir, name), 'utf8'), join(dir, name)) })));
  const fileOf = new Map<string, string>();
  for (const { name, rules } of files) {
    for (const { id } of rules) {
      const first = fileOf.get(id);
      if (first !== undefined) throw new WardenError('RULE_INVALID', `${join(dir, name)}: rule id "${id}" is also in ${first}`);
      fileOf.set(id, name);
    }
  }
  return catalogueOf(files.flatMap(({ rules }) => rules));
}

/** A catalogue of rules from anywhere (people's own ones with ours). */
export function catalogueOf(given: readonly Rule[]): Catalogue {
  const rules = [...given].sort((a, b) => (a.id < b.id ? -1 : 1));
  const ids = new Set(rules.map(({ id }) => id));
  for (const rule of rules) {
    for (const companion of rule.companions) {
      if (!ids.has(companion.rule)) throw new WardenError('RULE_INVALID', `rule "${rule.id}" has a companion "${companion.rule}" that no rule is`);
    }
  }
  return { rules, digest: createHash('sha256').update(canonicalJson(rules)).digest('hex') };
}
