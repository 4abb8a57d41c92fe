import { createHash } from 'node:crypto';
import { canonicalJson } from '../../lib/canonical-json.ts';
import type { Rule } from '../../model/index.ts';
import { nearest } from '../../lib/nearest.ts';
import type { Catalogue } from '../catalogue.ts';
import { changesOf } from './changes.ts';
import type { OwnRule } from './own-rules.ts';

/** What people change of the catalogue. */
export interface OwnChanges {
  readonly rules: readonly OwnRule[];
  /** Ids of rules that are not to run. */
  readonly disable: readonly string[];
}

/** Where something is wrong: the own rule of this index, or the entry of `disable` of this index. */
export type MergeComplain = (at: { readonly rule: number } | { readonly disable: number }, message: string) => void;

/**
 * The built-in catalogue with people's own rules. An own rule replaces a built-in one only if it says so; a rule that needs
 * a disabled one is disabled with it only by its own name. Undefined after a complaint.
 */
export function mergeRules(builtIn: Catalogue, { rules: own, disable }: OwnChanges, complain: MergeComplain): Catalogue | undefined {
  if (own.length === 0 && disable.length === 0) return builtIn;
  let isGood = true;
  const wrong: MergeComplain = (at, message) => {
    isGood = false;
    complain(at, message);
  };
  const ids = new Set(builtIn.rules.map(({ id }) => id));
  const ownIds = new Map<string, number>();
  for (const [index, { rule, override }] of own.entries()) {
    if (ownIds.has(rule.id)) wrong({ rule: index }, `rule id "${rule.id}" is used twice`);
    else if (ids.has(rule.id) && !override) wrong({ rule: index }, `"${rule.id}" is the id of a built-in rule; choose another one, or say \`override: true\` to replace it`);
    else if (!ids.has(rule.id) && override) wrong({ rule: index }, `there is no built-in rule "${rule.id}" to override${meant(rule.id, [...ids])}`);
    ownIds.set(rule.id, index);
  }
  const off = new Set(disable);
  for (const [index, id] of disable.entries()) {
    if (ownIds.has(id)) wrong({ disable: index }, `"${id}" is a rule of your own; delete it instead`);
    else if (!ids.has(id)) wrong({ disable: index }, `no rule is called "${id}"${meant(id, [...ids])}`);
  }
  const kept: readonly Rule[] = [...builtIn.rules.filter(({ id }) => !off.has(id) && !ownIds.has(id)), ...own.map(({ rule }) => rule)];
  const left = new Set(kept.map(({ id }) => id));
  for (const rule of kept) {
    for (const { rule: needed, required } of rule.companions) {
      if (left.has(needed)) continue;
      const index = ownIds.get(rule.id);
      if (index !== undefined) wrong({ rule: index }, `"${rule.id}" has a companion "${needed}" that no rule is${meant(needed, [...left])}`);
      else if (required) wrong({ disable: disable.indexOf(needed) }, `"${rule.id}" is found only together with "${needed}"; disable it, too`);
    }
  }
  if (!isGood) return undefined;
  const isLeft = (companion: Rule['companions'][number]): boolean => left.has(companion.rule);
  const rules = kept.map((rule) => (rule.companions.every(isLeft) ? rule : { ...rule, companions: rule.companions.filter(isLeft) })).sort((a, b) => (a.id < b.id ? -1 : 1));
  const changes = changesOf(builtIn.rules, rules);
  // Of what was changed: to digest all rules again would cost each run a tenth of a second.
  return { rules, changes, digest: createHash('sha256').update(`${builtIn.digest}\n${canonicalJson(changes)}`).digest('hex') };
}

function meant(id: string, known: readonly string[]): string {
  const near = nearest(id, known);
  return near === undefined ? '' : `; did you mean "${near}"?`;
}
