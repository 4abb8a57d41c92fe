import type { Rule } from '../../model/index.ts';
import { compileRule, type CompiledRule } from '../../rules/compiled-rule.ts';

/** Bytes before a window's first anchor that lookbehinds and context may see. */
export const LOOK_BEHIND = 320;
/** No rule may look further ahead than this. */
export const MAX_AHEAD = 1 << 16;

/** A rule ready to run where its anchors were seen; what it needs is compiled on first use. */
export class AnchoredRule {
  readonly rule: Rule;
  readonly index: number;
  readonly before: number;
  readonly after: number;
  /** Every match begins at an anchor: the expression is tried there and nowhere else. */
  readonly atAnchor: boolean;
  #compiled: CompiledRule | undefined;

  constructor(rule: Rule, index: number, atAnchor: boolean) {
    this.rule = rule;
    this.index = index;
    this.before = Math.min(Math.max(rule.windowBefore, 0), MAX_AHEAD) + LOOK_BEHIND;
    this.after = Math.min(rule.windowAfter, MAX_AHEAD - LOOK_BEHIND) + LOOK_BEHIND;
    // A linear-time expression takes the character before its match with it, and cannot be pinned to a place.
    this.atAnchor = atAnchor && rule.engine !== 'linear';
  }

  /** Its expression is sticky or global, with indices; `lastIndex` is the caller's to set. */
  get compiled(): CompiledRule {
    if (this.#compiled === undefined) {
      const compiled = compileRule(this.rule);
      this.#compiled = this.atAnchor ? { ...compiled, expression: new RegExp(this.rule.pattern, `${this.rule.flags}dy`) } : compiled;
    }
    return this.#compiled;
  }
}
