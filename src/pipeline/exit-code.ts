import type { Coverage, Finding } from '../model/index.ts';

/** The contract's exit code of a run that came to its end: 3 incomplete beats 1 findings beats 0. (2 is the shells'.) */
export function exitCodeOf(findings: readonly Finding[], coverage: Coverage): 0 | 1 | 3 {
  if (!coverage.complete) return 3;
  return findings.some((finding) => finding.failing) ? 1 : 0;
}
