import type { Rule } from '../model/index.ts';
import { allMatches, type Expression } from './pattern/expression.ts';
import { patternEngine } from './pattern/pattern-engine.ts';

/** Says why a secret is an exception of its rule, or nothing. Never shows the secret. */
export type Exception = (value: string) => string | undefined;

/** Throws an Error for a pattern that cannot run in linear time: own rules are judged before. */
export function exceptionOf({ words, patterns }: NonNullable<Rule['except']>): Exception {
  const lower = words.map((word) => word.toLowerCase());
  const expressions = patterns.map((pattern): Expression => {
    const engine = patternEngine(pattern, '', 'none');
    if ('refused' in engine) throw new Error(engine.refused);
    return engine.expression();
  });
  return (value) => {
    const folded = value.toLowerCase();
    if (lower.some((word) => folded.includes(word))) return 'it holds a word that the rule excepts';
    return expressions.some((expression) => allMatches(expression, value).next().done !== true) ? 'it matches a pattern that the rule excepts' : undefined;
  };
}
