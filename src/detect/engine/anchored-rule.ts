import { compileRule, type CompiledRule } from '../../rules/compiled-rule.ts';
import type { RuleList } from '../../rules/stored-catalogue.ts';
import { REACH_WORDS } from './reach.ts';

/** Farther before an anchor a match is looked for in a window, which is walked through once for all anchors in it. */
const LONGEST_LEAD = 128;
/** Anchors come in ascending order, give or take so many bytes; and one may begin so far before its match, with what a look-behind wants. */
const SLACK = 4;
/** What is given to one name may name another that the prefilter does not take for one: `password = process.env.DB_PASSWORD ?? 'x'`. */
const NEXT_NAME = 64;

/** Finds where a match begins near an anchor. */
export interface Finder {
  /** Sticky; ends where the match begins, at most `reach` characters farther. Groups: of a scout all that it found, and the name; of others the rule's own. */
  readonly expression: RegExp;
  readonly reach: number;
  /** How far behind an anchor a match may begin. */
  readonly ahead: number;
}

/** A rule ready to run where its anchors were seen; it is read and compiled on first use. */
export class AnchoredRule {
  readonly index: number;
  readonly before: number;
  readonly after: number;
  /** Every match begins at an anchor: the expression is tried there and nowhere else. */
  readonly atAnchor: boolean;
  readonly #rules: RuleList;
  #compiled: CompiledRule | undefined;
  #finder: Finder | null | undefined;

  constructor(rules: RuleList, index: number, reach: Uint32Array) {
    this.#rules = rules;
    this.index = index;
    this.before = reach[index * REACH_WORDS] as number;
    this.after = reach[index * REACH_WORDS + 1] as number;
    this.atAnchor = reach[index * REACH_WORDS + 2] === 1;
  }

  /** Undefined where matches are looked for in the whole of a window. */
  get finder(): Finder | undefined {
    this.#finder ??= this.#makeFinder() ?? null;
    return this.#finder ?? undefined;
  }

  #makeFinder(): Finder | undefined {
    const { rule, scout } = this.compiled;
    if (rule.lead === undefined || rule.lead > LONGEST_LEAD || rule.engine === 'linear' || this.atAnchor) return undefined;
    const ahead = SLACK + (rule.anchorClass === 'assignment' ? NEXT_NAME : 0);
    const reach = rule.lead + SLACK + ahead;
    const found = scout === undefined ? `(?=${rule.pattern})` : `(?=(${scout.expression.source}))`;
    return { reach, ahead, expression: new RegExp(`[^]{0,${reach}}?${found}`, `${rule.flags}y`) };
  }

  /** Its expression is sticky or global, with indices; `lastIndex` is the caller's to set. */
  get compiled(): CompiledRule {
    if (this.#compiled === undefined) {
      const rule = this.#rules.at(this.index);
      if (rule === undefined) throw new Error(`the tables know a rule ${this.index} that the catalogue has not`);
      const compiled = compileRule(rule);
      this.#compiled = this.atAnchor ? { ...compiled, expression: new RegExp(rule.pattern, `${rule.flags}dy`) } : compiled;
    }
    return this.#compiled;
  }
}
