import type { Rule } from '../model/index.ts';
import type { RuleList } from './stored-catalogue.ts';

export { createPathTest } from '../lib/path-ends.ts';

/** A rule with `paths` is tried over so many first bytes of such a file: those that hold bare credentials are small. */
export const BOUND_BYTES = 1 << 16;

/** A rule of files of a name, by its place in a list. */
export interface BoundRule {
  readonly index: number;
  readonly paths: readonly string[];
}

/** The rules of a list that files of a name alone are for. A stored catalogue knows them without reading its rules. */
export function boundRules(list: RuleList): readonly BoundRule[] {
  if (list.bound !== undefined) return list.bound;
  return Array.from({ length: list.length }, (_, index) => ({ index, paths: list.at(index)?.paths ?? [] })).filter(({ paths }) => paths.length > 0);
}

/** Where samples of a rule lie, if it has `paths`. */
export function pathOfSamples({ paths }: Pick<Rule, 'paths'>): string | undefined {
  return paths?.[0]?.replaceAll('*', 'sample');
}
