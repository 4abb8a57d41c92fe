import type { RuleProblem } from '../rule-error.ts';
import { ruleError } from '../rule-error.ts';
import { readChecked } from '../rule-file.ts';
import { OWN_RULE_FILE_SCHEMA, type OwnRuleFile } from './own-kind.ts';
import { readOwnKind, type OwnRule } from './own-rules.ts';

/** The rules of a file that `rules.files` names. Throws `RULE_INVALID` with file, line and column of every problem. */
export function parseOwnRules(text: string, fileName: string): readonly OwnRule[] {
  const { file, problemAt } = readChecked<OwnRuleFile>(text, fileName, OWN_RULE_FILE_SCHEMA);
  const problems: RuleProblem[] = [];
  const rules = file.kinds.flatMap((kind, index) => {
    const at = (key: string, message: string): void => {
      problems.push(problemAt(['kinds', index, ...key.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part))], `${kind.id}: ${key === 'pattern' ? 'the pattern ' : ''}${message}`));
    };
    return readOwnKind(kind, file, at) ?? [];
  });
  if (problems.length > 0) throw ruleError(fileName, problems);
  return rules;
}
