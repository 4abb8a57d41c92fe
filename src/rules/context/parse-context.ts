import type { Rule } from '../../model/index.ts';
import { judgeRule } from '../judge-rule.ts';
import type { RuleProblem } from '../rule-error.ts';
import { ruleError } from '../rule-error.ts';
import { readChecked } from '../rule-file.ts';
import type { ContextFile } from './context-line.ts';
import { CONTEXT_FILE_SCHEMA } from './context-line.ts';
import { contextRule } from './context-rule.ts';

/** Name of the table in the folder of rules. */
export const CONTEXT_FILE = 'context.yml';

/** The rules of the table. Throws `RULE_INVALID` with file, line and column of every problem, as `parseRules` does. */
export function parseContext(text: string, fileName: string): readonly Rule[] {
  const { file, problemAt } = readChecked<ContextFile>(text, fileName, CONTEXT_FILE_SCHEMA);
  const problems: RuleProblem[] = [];
  const rules = new Map<string, Rule>();
  for (const [index, line] of file.lines.entries()) {
    const at = (key: string, message: string): void => void problems.push(problemAt(['lines', index, ...(key === '' ? [] : [key.split('.')[0] ?? ''])], message));
    try {
      const rule = contextRule(line);
      if (!line.id.startsWith(`${rule.issuer}-`)) at('id', `begins with the issuer: ${rule.issuer}-…`);
      if (rules.has(rule.id)) at('id', `rule id "${rule.id}" is used twice`);
      judgeRule(rule, at);
      rules.set(rule.id, rule);
    } catch (error) {
      at('shape', error instanceof Error ? error.message : String(error));
    }
  }
  if (problems.length > 0) throw ruleError(fileName, problems);
  return [...rules.values()];
}
