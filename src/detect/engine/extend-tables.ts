import type { Rule } from '../../model/index.ts';
import { packTables } from './pack-tables.ts';
import { anchorKey, compileAnchors, type Anchor, type Anchors, type CompiledTables } from './tables.ts';

/** How a list of rules came to be from another one. */
export interface RuleMove {
  /** The new list. */
  readonly rules: readonly Rule[];
  /** For each rule of the old list its index in the new one; undefined where it is gone. */
  readonly kept: readonly (number | undefined)[];
  /** The others of the new list. */
  readonly added: readonly { readonly rule: Rule; readonly index: number }[];
}

/**
 * The tables of a new list of rules from those of an old one: the same bytes as `compileTables` gives for the new list, but only the
 * added rules are analysed, which is what takes the time. Pure.
 */
export function extendTables(tables: Anchors, { kept, added, rules }: RuleMove): CompiledTables {
  const own = compileAnchors(added.map(({ rule }) => rule));
  const anchors = new Map<string, { anchor: Omit<Anchor, 'rules'>; rules: number[] }>();
  const take = (all: readonly Anchor[], indexOf: (index: number) => number | undefined): void => {
    for (const { rules, ...anchor } of all) {
      const moved = rules.flatMap((index) => indexOf(index) ?? []);
      if (moved.length === 0) continue;
      const key = anchorKey(anchor);
      const known = anchors.get(key);
      if (known === undefined) anchors.set(key, { anchor, rules: moved });
      else known.rules.push(...moved);
    }
  };
  take(tables.anchors, (index) => kept[index]);
  take(own.anchors, (index) => added[index]?.index);
  const atAnchor: boolean[] = [];
  for (const [index, at] of kept.entries()) if (at !== undefined) atAnchor[at] = tables.atAnchor[index] === true;
  for (const [index, { index: at }] of added.entries()) atAnchor[at] = own.atAnchor[index] === true;
  const sorted = [...anchors.entries()].sort(([a], [b]) => (a < b ? -1 : 1));
  return packTables(rules, sorted.map(([, { anchor, rules }]) => ({ ...anchor, rules: rules.sort((a, b) => a - b) })), atAnchor);
}
