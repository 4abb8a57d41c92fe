import { pathOf } from '../../src/model/index.ts';
import type { ReportDocument, ReportedFinding } from '../../src/report/json/document.ts';
import { PLACES } from './plant.ts';
import type { TokenName } from './world.ts';

/** What the demo demands of a finding. */
interface Expected {
  readonly status: 'active' | 'inactive';
  /** Checks that must be violated; all others must not be. */
  readonly violated: readonly string[];
}

/** The policy gives 14 days, read-only scopes, and one folder for living tokens. */
export const EXPECTED: Readonly<Record<TokenName, Expected>> = {
  good: { status: 'active', violated: [] },
  longLived: { status: 'active', violated: ['in-log', 'leaked', 'max-lifetime'] },
  overScoped: { status: 'active', violated: ['in-url', 'leaked', 'over-scoped'] },
  revoked: { status: 'inactive', violated: [] },
  npmReader: { status: 'active', violated: ['leaked', 'max-lifetime'] },
  npmPublisher: { status: 'active', violated: ['in-log', 'leaked', 'max-lifetime', 'over-scoped'] },
  npmRevoked: { status: 'inactive', violated: [] },
};

/** The finding that lies at exactly the places of a token, under the folders that targets add. */
export function findingOf(report: ReportDocument, token: TokenName): ReportedFinding | undefined {
  const wanted = [...PLACES[token]].sort();
  return report.findings.find((finding) => {
    const paths = [...new Set(finding.locations.map(({ origin }) => pathOf(origin)))].sort();
    return paths.length === wanted.length && paths.every((path, place) => path === wanted[place] || path.endsWith(`/${wanted[place] ?? ''}`));
  });
}

/** What is not as expected, as one sentence; undefined when all is well. */
export function disagreement(report: ReportDocument, token: TokenName): string | undefined {
  const expected = EXPECTED[token];
  const finding = findingOf(report, token);
  if (finding === undefined) return `no finding lies at exactly ${PLACES[token].join(' and ')}`;
  if (finding.introspection.status !== expected.status) return `the report says ${finding.introspection.status}, not ${expected.status}`;
  const violated = violatedBy(finding);
  return violated.join() === expected.violated.join() ? undefined : `the report says that it violates ${violated.join(', ') || 'nothing'}, not ${expected.violated.join(', ') || 'nothing'}`;
}

export function violatedBy(finding: ReportedFinding): readonly string[] {
  return finding.verdicts.filter(({ verdict }) => verdict.status === 'violation').map(({ check }) => check).sort();
}
