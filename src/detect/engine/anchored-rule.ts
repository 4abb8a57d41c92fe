import { compileRule, type CompiledRule } from '../../rules/compiled-rule.ts';
import type { RuleList } from '../../rules/stored-catalogue.ts';
import { REACH_WORDS } from './reach.ts';

/** A rule ready to run where its anchors were seen; it is read and compiled on first use. */
export class AnchoredRule {
  readonly index: number;
  readonly before: number;
  readonly after: number;
  /** Every match begins at an anchor: the expression is tried there and nowhere else. */
  readonly atAnchor: boolean;
  readonly #rules: RuleList;
  #compiled: CompiledRule | undefined;

  constructor(rules: RuleList, index: number, reach: Uint32Array) {
    this.#rules = rules;
    this.index = index;
    this.before = reach[index * REACH_WORDS] as number;
    this.after = reach[index * REACH_WORDS + 1] as number;
    this.atAnchor = reach[index * REACH_WORDS + 2] === 1;
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
