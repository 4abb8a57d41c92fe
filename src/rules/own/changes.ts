import type { Rule } from '../../model/index.ts';

/** What turns the built-in catalogue into another one: plain data, small enough for every worker thread. */
export interface RuleChanges {
  /** Rules that are new or other than the built-in ones of their id. */
  readonly added: readonly Rule[];
  /** Ids of built-in rules that are gone; those of `added` are not repeated. */
  readonly removed: readonly string[];
}

/** Compares by identity: `mergeRules` keeps the objects of what it did not change. */
export function changesOf(builtIn: readonly Rule[], merged: readonly Rule[]): RuleChanges {
  const before = new Set(builtIn);
  const ids = new Set(merged.map(({ id }) => id));
  return { added: merged.filter((rule) => !before.has(rule)), removed: builtIn.map(({ id }) => id).filter((id) => !ids.has(id)) };
}

/** The merged list again, in its order. */
export function applyChanges(builtIn: readonly Rule[], { added, removed }: RuleChanges): readonly Rule[] {
  const gone = new Set([...removed, ...added.map(({ id }) => id)]);
  return [...builtIn.filter(({ id }) => !gone.has(id)), ...added].sort((a, b) => (a.id < b.id ? -1 : 1));
}
