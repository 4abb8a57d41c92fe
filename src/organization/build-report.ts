import { addCounts, isGap, NO_COUNTS, pathOf, type Counts, type RunCounts, type CredentialOwner, type OrganizationFinding, type OrganizationReport, type Origin, type RepositoryLine, type Skip, type Visibility } from '../model/index.ts';
import { answersFor, joinOwners, ownerLines } from './owners.ts';
import { earlierPoints, type TrendSource } from './trend.ts';
import { addSkips, addSums, skipsOf, sumsOf } from './sums.ts';
import { compare, type EarlierReport } from './compare.ts';
import type { Piece, PieceCoverage, PieceFinding, RepositoryFacts } from './piece.ts';

/** A repository as the state of the run has it. */
export interface StoredRepository {
  readonly name: string;
  readonly facts: string;
  readonly state: string;
  readonly reason?: string;
  readonly detail?: string;
  readonly coverage?: string;
  readonly piece?: string;
}

export interface ReportInput {
  readonly tool: OrganizationReport['tool'];
  readonly run: OrganizationReport['run'];
  readonly target: string;
  /** What the listing could not see. */
  readonly gaps: readonly Skip[];
  readonly records: AsyncIterable<StoredRepository>;
  readonly previous?: EarlierReport & TrendSource;
  /** The run before had the same rules, options and policy. Default: it had. */
  readonly isSameQuestion?: boolean;
  /** Of the ids, those that were known before this run began. */
  readonly knownBefore: (ids: readonly string[]) => Promise<ReadonlySet<string>>;
}

/** Reasons for skipping that leave nothing unseen. */
export const NOTHING_TO_SEE: ReadonlySet<string> = new Set(['empty', 'no-wiki', 'excluded']);

const MOST_GAPS = 20;
/** Of one credential in one repository, after the first. */
const MOST_PLACES = 50;
const EXPOSURE: readonly Visibility[] = ['public', 'internal', 'private'];
const SEVERITY = ['critical', 'high', 'medium', 'low'];
const STATUS = ['active', 'unknown', 'notAttempted', 'inactive'];

type Merged = Omit<OrganizationFinding, 'change'>;

/** Folds the pieces of all repositories into one report, one repository in memory at a time. */
export async function buildReport({ tool, run, target, gaps, records, previous, isSameQuestion = true, knownBefore }: ReportInput): Promise<OrganizationReport> {
  const lines: RepositoryLine[] = [];
  const merged = new Map<string, Merged>();
  const reasons: Record<string, number> = {};
  const states = { planned: 0, scanned: 0, unchanged: 0, skipped: 0 };
  let planned: Counts = NO_COUNTS;
  let scanned: Counts = NO_COUNTS;
  for await (const record of records) {
    const facts = JSON.parse(record.facts) as RepositoryFacts;
    const coverage = record.coverage === undefined ? undefined : (JSON.parse(record.coverage) as PieceCoverage);
    const piece = record.piece === undefined ? undefined : (JSON.parse(record.piece) as Piece);
    const line = lineOf(record, facts, coverage, piece);
    lines.push(line);
    states.planned += 1;
    states[line.state] += 1;
    if (line.reason !== undefined) reasons[line.reason] = (reasons[line.reason] ?? 0) + 1;
    planned = addCounts(planned, line.planned);
    scanned = addCounts(scanned, line.scanned);
    for (const finding of piece?.report.findings ?? []) merge(merged, finding, facts, piece?.report.rules ?? [], piece?.owners?.[finding.id]);
  }
  const earlier = earlierPoints(previous);
  const runs = lines.map((line) => line.runs).reduce(addRuns, undefined);
  const complete = gaps.every((gap) => !isGap(gap)) && lines.every((line) => line.complete);
  const known = await knownBefore([...merged.keys()]);
  const { changeOf, fixed, gone, unseen } = compare(previous, merged, known, { lines, isListedWhole: gaps.every((gap) => !isGap(gap)), isSameQuestion });
  const findings = [...merged.values()].map((finding): OrganizationFinding => ({ ...finding, repositories: finding.repositories.toSorted(byName), change: changeOf(finding.id) })).sort(byWorth);
  const count = (change: OrganizationFinding['change']): number => findings.filter((finding) => finding.change === change).length;
  return {
    $schema: 'urn:tokenwarden:organization:1',
    schemaVersion: 1,
    tool,
    run: earlier.length === 0 ? run : { ...run, earlier },
    target,
    coverage: {
      repositories: states,
      reasons: Object.fromEntries(Object.entries(reasons).sort(([a], [b]) => (a < b ? -1 : 1))),
      refs: lines.reduce((sum, { refs }) => sum + refs, 0),
      texts: lines.reduce((sum, { texts }) => sum + texts, 0),
      ...(runs === undefined ? {} : { runs }),
      planned,
      scanned,
      sums: addSums(lines.map(({ sums }) => sums)),
      skips: addSkips([skipsOf(gaps), ...lines.map(({ skips }) => skips)]),
      gaps,
      complete,
    },
    repositories: lines.sort(byName),
    findings,
    owners: ownerLines(findings),
    difference: { new: count('new'), reopened: count('reopened'), still: count('still'), ...(isSameQuestion ? {} : { otherSettings: true as const }), fixed, gone, unseen },
  };
}

/** A repository that nobody finished is skipped, and so a gap. */
function lineOf(record: StoredRepository, facts: RepositoryFacts, coverage: PieceCoverage | undefined, piece: Piece | undefined): RepositoryLine {
  const state = record.state === 'scanned' || record.state === 'unchanged' ? record.state : 'skipped';
  const reason = state === 'skipped' ? (record.state === 'skipped' ? (record.reason ?? 'unknown') : 'interrupted') : undefined;
  const gaps = coverage?.skipped.filter(isGap) ?? [];
  const findings = piece?.report.findings ?? [];
  const { refs = 0, planned = NO_COUNTS, scanned = NO_COUNTS } = coverage ?? {};
  // Of a repository that is as before, all its runs are.
  const runs = coverage?.runs === undefined ? {} : { runs: state === 'unchanged' ? asBefore(coverage.runs) : coverage.runs };
  return {
    name: record.name,
    ...(facts.id === undefined ? {} : { id: facts.id }),
    url: facts.webUrl,
    visibility: facts.visibility,
    isArchived: facts.isArchived,
    isFork: facts.isFork,
    state,
    ...(reason === undefined ? {} : { reason }),
    ...(reason === undefined || record.detail === undefined ? {} : { detail: record.detail }),
    refs,
    texts: coverage?.texts ?? 0,
    ...runs,
    planned,
    scanned,
    sums: sumsOf({ state, refs, planned, scanned, ...runs }),
    skips: skipsOf(coverage?.skipped ?? []),
    gaps: gaps.slice(0, MOST_GAPS),
    gapsLeftOut: Math.max(0, gaps.length - MOST_GAPS),
    complete: reason === undefined ? (coverage?.complete ?? false) : NOTHING_TO_SEE.has(reason),
    findings: findings.length,
    failing: findings.filter(({ failing }) => failing).length,
    ...(coverage?.upload === undefined ? {} : { upload: coverage.upload }),
  };
}

function addRuns(a: RunCounts | undefined, b: RunCounts | undefined): RunCounts | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  const skipped = { ...a.skipped };
  for (const [reason, count] of Object.entries(b.skipped)) skipped[reason] = (skipped[reason] ?? 0) + count;
  return { planned: a.planned + b.planned, scanned: a.scanned + b.scanned, unchanged: a.unchanged + b.unchanged, skipped: Object.fromEntries(Object.entries(skipped).sort(([x], [y]) => compareTexts(x, y))), older: a.older + b.older };
}

function asBefore({ planned, skipped, older }: RunCounts): RunCounts {
  const { gone = 0 } = skipped;
  return { planned: planned - gone, scanned: 0, unchanged: planned - gone, skipped: {}, older };
}

function merge(merged: Map<string, Merged>, finding: PieceFinding, { name, id: repository, visibility }: RepositoryFacts, rules: Piece['report']['rules'], owners: readonly CredentialOwner[] | undefined): void {
  const { id, severity, failing, masked, credential, introspection, verdicts, waiver, locations } = finding;
  const [place = '', ...others] = locations.slice(0, MOST_PLACES + 1).map(({ origin, region }) => `${pathOf(origin as Origin)}:${region.startLine}:${region.startColumn}`);
  const violations = verdicts.filter(({ verdict }) => verdict.status === 'violation').map(({ check }) => check);
  const here = { name, ...(repository === undefined ? {} : { id: repository }), place, places: locations.length, ...(others.length === 0 ? {} : { more: others }) };
  const known = merged.get(id);
  if (known === undefined) {
    const { sub, scopes } = introspection.facts ?? {};
    merged.set(id, {
      id,
      rule: credential.rule,
      ruleName: rules.find((rule) => rule.id === credential.rule)?.name ?? credential.rule,
      issuer: credential.issuer,
      masked,
      fingerprint: credential.fingerprint,
      severity,
      failing,
      status: introspection.status,
      ...(sub === undefined ? {} : { identity: sub }),
      ...(scopes === undefined ? {} : { scopes }),
      violations: violations.sort(),
      waived: waiver !== undefined,
      exposure: visibility,
      ...(owners === undefined ? {} : { owners: joinOwners(owners) }),
      repositories: [here],
    });
    return;
  }
  // One credential: the worst that any repository makes of it.
  const { identity, scopes } = known;
  const facts = introspection.facts;
  merged.set(id, {
    ...known,
    severity: SEVERITY[Math.min(SEVERITY.indexOf(known.severity), SEVERITY.indexOf(severity))] as Merged['severity'],
    failing: known.failing || failing,
    status: STATUS[Math.min(STATUS.indexOf(known.status), STATUS.indexOf(introspection.status))] as Merged['status'],
    ...(identity === undefined && facts?.sub !== undefined ? { identity: facts.sub } : {}),
    ...(scopes === undefined && facts?.scopes !== undefined ? { scopes: facts.scopes } : {}),
    violations: [...new Set([...known.violations, ...violations])].sort(),
    waived: known.waived && waiver !== undefined,
    exposure: EXPOSURE[Math.min(EXPOSURE.indexOf(known.exposure), EXPOSURE.indexOf(visibility))] as Visibility,
    ...(known.owners === undefined && owners === undefined ? {} : { owners: joinOwners(known.owners, owners) }),
    repositories: [...known.repositories, here],
  });
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** What to look at first. */
function byWorth(a: OrganizationFinding, b: OrganizationFinding): number {
  return (
    STATUS.indexOf(a.status) - STATUS.indexOf(b.status) ||
    SEVERITY.indexOf(a.severity) - SEVERITY.indexOf(b.severity) ||
    (b.scopes?.length ?? 0) - (a.scopes?.length ?? 0) ||
    EXPOSURE.indexOf(a.exposure) - EXPOSURE.indexOf(b.exposure) ||
    b.repositories.length - a.repositories.length ||
    compareTexts(answersFor(a)[0] ?? '\uffff', answersFor(b)[0] ?? '\uffff') ||
    (a.id < b.id ? -1 : 1)
  );
}
