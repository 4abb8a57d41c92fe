import type { Rule } from '../model/index.ts';
import { BOUND_BYTES, createPathTest } from './bound-paths.ts';
import type { CompiledRule } from './compiled-rule.ts';
import { compileRule } from './compiled-rule.ts';
import type { RuleMatch } from './examine.ts';
import { examine } from './examine.ts';
import { resolveOverlaps } from './resolve-overlaps.ts';

/**
 * The slow and obvious matcher: every rule's expression over the whole text (latin1, one character per byte), every test, no
 * anchors and no windows; rules of files of a name only where `path` is such a name. `rules test` and the contract tests use it, and the fast engine must agree with it.
 */
export function matchAll(rules: readonly Rule[], text: string, path = ''): readonly RuleMatch[] {
  return resolveOverlaps(
    rules.flatMap((rule) => {
      if (rule.paths === undefined) return matchOne(compileRule(rule), text);
      return createPathTest(rule.paths)(path) ? matchOne(compileRule(rule), text.slice(0, BOUND_BYTES)) : [];
    }),
  );
}

/** All matches of one rule, before overlaps are resolved. A word near a value that proves nothing hides no word after it. */
export function matchOne(compiled: CompiledRule, text: string): readonly RuleMatch[] {
  const matches: RuleMatch[] = [];
  const { expression, rule } = compiled;
  expression.lastIndex = 0;
  for (let found = expression.exec(text); found !== null; found = expression.exec(text)) {
    const examination = examine(compiled, text, found);
    if ('match' in examination) matches.push(examination.match);
    else if (rule.anchorClass === 'context') expression.lastIndex = found.index + 1;
    if (found[0].length === 0) expression.lastIndex += 1;
  }
  return matches;
}
