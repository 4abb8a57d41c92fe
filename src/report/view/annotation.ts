import { isGap, type AuditResult, type Finding } from '../../model/index.ts';
import { printable } from '../../lib/printable.ts';
import { anchorOf } from '../sarif/anchor.ts';
import { nextStepOf } from './next-step.ts';
import { placeOf, primaryFirst } from './places.ts';
import { select } from './selection.ts';
import { answerOf } from './answer.ts';
import { isWithheld } from './verification.ts';

/** A finding as a mark beside a line of a change. Texts are printable and hold no secret. */
export interface Mark {
  readonly level: 'error' | 'warning';
  readonly title: string;
  readonly message: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
}

/** Marks of a result that is free of secrets already, in the order of the result: what fails the run is an error, the rest a warning. */
export function marksOf(result: AuditResult): readonly Mark[] {
  return select(result).shown.map((finding) => markOf(finding, result));
}

function markOf(finding: Finding, result: AuditResult): Mark {
  const { credential, severity } = finding;
  const [primary] = primaryFirst(credential.occurrences);
  const anchor = primary === undefined || primary.origin.kind === 'issuer' ? undefined : anchorOf(primary, result.tree);
  const answer = answerOf(finding);
  const told = isWithheld(finding) || finding.introspection.status === 'notAttempted' ? '' : ` is ${answer.word}`;
  const where = primary === undefined || anchor?.exact === true ? '' : ` at ${printable(placeOf(primary))}`;
  return {
    level: isWithheld(finding) ? (severity === 'low' ? 'warning' : 'error') : finding.failing ? 'error' : 'warning',
    title: `${printable(credential.rule.name)}${told}`,
    message: `${printable(credential.secret.masked)}${where} (finding ${finding.id.slice(0, 12)}). ${printable(nextStepOf(finding))}`,
    ...(anchor === undefined ? {} : { file: anchor.path, ...(anchor.exact ? { line: anchor.region.startLine, column: anchor.region.startColumn } : {}) }),
  };
}

/** Whether everything that was planned was read. */
export function isComplete({ coverage }: AuditResult): boolean {
  return coverage.complete && !coverage.skipped.some(isGap);
}
