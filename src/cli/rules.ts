import type { Catalogue } from '../rules/catalogue.ts';
import type { OwnRule } from '../rules/own/own-rules.ts';
import type { OwnRulesSettings, RulesPath, Settings } from '../settings/index.ts';
import { readCatalogue } from './catalogue.ts';

/**
 * The rules of a run: the built-in ones, changed as the configuration says. Throws `CONFIG_RULE_INVALID` or `RULE_INVALID`
 * with file, line and column of every problem. Nothing of the room of rules is loaded where the configuration changes none.
 */
export async function readRules({ ownRules }: Settings): Promise<Catalogue> {
  const builtIn = readCatalogue();
  return ownRules === undefined ? builtIn : changed(builtIn, ownRules);
}

async function changed(builtIn: Catalogue, own: OwnRulesSettings): Promise<Catalogue> {
  const { loadLinearEngine, mergeRules, parseOwnRules, readOwnKind } = await import('../rules/index.ts');
  const [files] = await Promise.all([own.readFiles(), loadLinearEngine()]);
  const problems: { path: RulesPath; message: string }[] = [];
  const rules: OwnRule[] = [];
  const places: RulesPath[] = [];
  for (const [index, kind] of own.kinds.entries()) {
    const at = (key: string): RulesPath => ['kinds', index, ...key.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part))];
    const rule = readOwnKind(kind as Parameters<typeof readOwnKind>[0], {}, (key, message) => problems.push({ path: at(key), message }));
    if (rule === undefined) continue;
    rules.push(rule);
    places.push(at('id'));
  }
  for (const [index, { name, text }] of files.entries()) {
    for (const rule of parseOwnRules(text, name)) {
      rules.push(rule);
      places.push(['files', index]);
    }
  }
  const merged = problems.length > 0 ? undefined : mergeRules(builtIn, { rules, disable: own.disable }, (at, message) => problems.push({ path: 'rule' in at ? (places[at.rule] ?? ['kinds', at.rule]) : ['disable', at.disable], message }));
  if (merged === undefined) throw own.error(problems);
  return merged;
}
