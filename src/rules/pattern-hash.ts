import { createHash } from 'node:crypto';
import type { Rule } from '../model/index.ts';

/**
 * 20 hex digits by which `fixtures/rules/redos-verdicts.json` knows a pattern with its flags. Patterns of the context table
 * differ from others of their shape by a literal word only, so that one verdict serves all of a shape.
 */
export function patternHash(rule: Pick<Rule, 'pattern' | 'flags'> & Partial<Pick<Rule, 'anchorClass'>>): string {
  const pattern = rule.anchorClass === 'context' ? rule.pattern.replace(/^\(\?<(near|named)>[^)]*\)/, '(?<$1>word)') : rule.pattern;
  return createHash('sha256').update(`${rule.flags}/${pattern}`).digest('hex').slice(0, 20);
}
