import { createHash } from 'node:crypto';
import type { Rule } from '../model/index.ts';

/** 20 hex digits by which `fixtures/rules/redos-verdicts.json` knows a pattern with its flags. */
export function patternHash(rule: Pick<Rule, 'pattern' | 'flags'>): string {
  return createHash('sha256').update(`${rule.flags}/${rule.pattern}`).digest('hex').slice(0, 20);
}
