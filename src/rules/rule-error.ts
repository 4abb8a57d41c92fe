import { WardenError } from '../model/index.ts';

/** One thing wrong in a rule file, 1-based. */
export interface RuleProblem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** All problems of one file in one error; the first line names the first. */
export function ruleError(fileName: string, problems: readonly RuleProblem[]): WardenError {
  const lines = problems.slice(0, 20).map(({ line, column, message }) => `${fileName}:${line}:${column}: ${message}`);
  if (problems.length > 20) lines.push(`and ${problems.length - 20} more`);
  return new WardenError('RULE_INVALID', lines.join('\n'), { hint: 'The format is described in rules/README.md and rules/rule.schema.json.' });
}
