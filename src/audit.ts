/**
 * The pipeline on one screen, and the only file that knows every stage: plan → scan → resolve → fold → ask → judge.
 * It never mutates anything anywhere; `respond` does that, from a plan.
 */
import { foldMatches, type FoldInput } from './detect/index.ts';
import type { ScanCache } from './cache/index.ts';
import type { Catalogue } from './rules/catalogue.ts';
import { boundRules } from './rules/bound-paths.ts';
import { ruleLookup, StoredCatalogue } from './rules/stored-catalogue.ts';
import type { FingerprintKey } from './lib/fingerprint.ts';
import { whyStopped } from './lib/stopped.ts';
import { pathOf } from './model/index.ts';
import type { AuditResult, Confidence, Coverage, Credential, EgressLine, Finding, Introspection, LastKnown, ListedToken, ListEnd, Occurrence, Origin, RepositoryFacts, Rule, Severity, Skip, SourceOptions, TreeFacts, Verification, WorkflowSecret } from './model/index.ts';
import { CoverageTally } from './pipeline/coverage-tally.ts';
import { acceptGaps, type AcceptedGap } from './pipeline/accept-gaps.ts';
import { exitCodeOf } from './pipeline/exit-code.ts';
import { withUses, type UsesOptions } from './pipeline/uses.ts';
import { answerKey, findingId, REFERENCE_CHECK, toFindings, type SurroundingsOf } from './pipeline/findings.ts';
import { readReferenced, type TakenSecrets } from './pipeline/referenced.ts';
import { readListed, withoutFound, type Answered } from './pipeline/listed.ts';
import { withCleanTexts } from './pipeline/clean-texts.ts';
import { scanUnknown } from './pipeline/scan-unknown.ts';
import { withoutRepeats } from './pipeline/repeated-logs.ts';
import { prefixed, prefixesOf } from './pipeline/prefix-origin.ts';
import { NameScan } from './pipeline/scan-names.ts';
import { countOutcomes } from './pipeline/verification.ts';
import type { Policy } from './policy/judge/index.ts';
import type { UnitRequest, UnitResult } from './scan-worker.ts';
import { planTarget, readSpans, type Planned, type TargetSpec } from './sources/index.ts';

export { idleAcceptances } from './pipeline/accept-gaps.ts';

export interface AuditRequest {
  readonly command: 'scan' | 'audit';
  readonly targets: readonly NamedTarget[];
  /** Stores whose own lists of tokens are judged, by id. */
  readonly stores: readonly string[];
  readonly source: SourceOptions;
  readonly failOn: Severity;
  readonly minConfidence: Confidence;
  readonly jobs: number;
  readonly policy: Policy;
  readonly policyDigest: string;
  readonly accept: readonly AcceptedGap[];
  readonly onIssuerOutage: 'block' | 'warn';
  /** Print whom we would ask, ask nobody. */
  readonly egressOnly: boolean;
}

export interface NamedTarget {
  readonly spec: TargetSpec;
  /** As the user wrote it. */
  readonly given: string;
}

export interface Progress {
  readonly phase: 'plan' | 'scan' | 'resolve' | 'verify' | 'judge';
  readonly done: number;
  readonly total?: number;
  readonly bytes: number;
}

/** How `audit` asks issuers; absent for `scan` and `--no-verify`. */
export interface Asker {
  readonly egress: (credentials: readonly Credential[]) => readonly EgressLine[];
  /** Requests sent so far, by host. */
  readonly requests: () => Readonly<Record<string, number>>;
  /** @throws {WardenError} STORE_UNKNOWN, STORE_NOT_LISTABLE */
  readonly list: (store: string) => Listing;
  /** What the audit log of a store's issuer holds of a token; undefined where we may read none. */
  readonly uses: UsesOptions['uses'];
  readonly verify: (credentials: readonly Credential[], onProgress: (done: number, total: number) => void) => Promise<ReadonlyMap<string, Introspection>>;
}

/** The tokens of one store, as its issuer lists them. */
export interface Listing {
  readonly host: string;
  /** All that may be asked for it. */
  readonly hosts: readonly string[];
  readonly method: string;
  readonly tokens: AsyncGenerator<ListedToken, ListEnd>;
}

/** Findings with their waivers, and comments that are wrong (see `AuditResult.waiverProblems`). */
export interface Waived {
  readonly findings: readonly Finding[];
  readonly problems: readonly string[];
}

/** Marks what is waived; `readAgain` leads from an origin of a finding to its bytes. */
export type Waive = (findings: readonly Finding[], readAgain: ReadonlyMap<Origin, Occurrence>) => Promise<Waived>;

/** Everything that was found and asked, before it is judged. */
export interface Unjudged {
  readonly credentials: readonly Credential[];
  /** Of their findings. */
  readonly ids: readonly string[];
  readonly readAgain: ReadonlyMap<Origin, Occurrence>;
  /** By root of the target. */
  readonly repositories: ReadonlyMap<string, RepositoryFacts>;
}

/** Gathers what checks may know of a credential beside its issuer's answer. */
export type Surround = (unjudged: Unjudged) => Promise<SurroundingsOf>;

export interface AuditDeps {
  readonly version: string;
  readonly catalogue: Catalogue;
  readonly fingerprintKey: FingerprintKey;
  readonly runId: string;
  readonly now: () => Date;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
  /** Given what the scanned repository's remote says, how to ask issuers. */
  readonly asker?: (repository: RepositoryFacts | undefined) => Asker;
  /** What earlier runs knew of findings, by id. */
  readonly lastKnown?: (ids: readonly string[]) => Promise<ReadonlyMap<string, LastKnown>>;
  /** Given the roots of what is scanned and when the run began, what earlier runs learned. Absent: nothing is known and nothing kept. */
  readonly cache?: (roots: readonly string[], startedAt: Date) => ScanCache | undefined;
  /** Absent: checks that need history, neighbours or configuration leave their verdicts open. */
  readonly surround?: Surround;
  /** Absent: nothing is waived. */
  readonly waive?: Waive;
  /** Which secrets the workflows of a tree take by name; asked for `audit` of trees. Absent: nobody looks. */
  readonly workflowSecrets?: (root: string) => Promise<readonly WorkflowSecret[]>;
}

export interface AuditOutcome {
  readonly result: AuditResult;
  /** See `Judged.quiet`. */
  readonly quiet: readonly Finding[];
  readonly egress: readonly EgressLine[];
  /** Where each origin of the findings can be read again; for plans. */
  readonly readAgain: ReadonlyMap<Origin, Occurrence>;
  /** What was known of the findings beside their issuers' answers; for plans. Absent: nobody looked. */
  readonly surroundings?: SurroundingsOf;
  readonly exitCode: 0 | 1 | 3;
}

/** Runs the whole pipeline. Throws a `WardenError` for a target or range that makes no sense; all other trouble is in the coverage. */
export async function audit(request: AuditRequest, deps: AuditDeps): Promise<AuditOutcome> {
  const startedAt = deps.now();
  const tally = new CoverageTally();
  const rules = ruleLookup(deps.catalogue);
  const scanned = await scanTargets(request, deps, tally, startedAt);
  const found = withoutRepeats(foldMatches(scanned.inputs, rules, deps.fingerprintKey));

  const asker = deps.asker?.(scanned.repository);
  const egress = asker === undefined ? [] : [...asker.egress(found), ...request.stores.flatMap((store) => asker.list(store).hosts.map((host) => ({ host, rule: '(its list of tokens)', store, credentials: 0 })))];
  const asked = asker === undefined || request.egressOnly ? new Map<string, Introspection>() : await asker.verify(found, (done, total) => deps.onProgress({ phase: 'verify', done, total, bytes: tally.scanned.bytes }));
  const listed = asker === undefined || request.egressOnly ? [] : withoutFound(await listStores(request, deps, asker, rules, tally), asked.values());
  const referenced = readReferenced(await takenSecrets(request, deps, scanned), { rules, fingerprintKey: deps.fingerprintKey, now: startedAt, readAgain: scanned.readAgain });
  const credentials = [...found, ...[...listed, ...referenced].map(({ credential }) => credential)];
  const answers = new Map([...asked, ...[...listed, ...referenced].map(({ credential, introspection }) => [answerKey(credential), introspection] as const)]);

  deps.onProgress({ phase: 'judge', done: 0, bytes: tally.scanned.bytes });
  const ids = credentials.map((credential) => findingId(credential, deps.fingerprintKey));
  const remembered = (await deps.lastKnown?.(ids)) ?? new Map<string, LastKnown>();
  const surroundings = await deps.surround?.({ credentials, ids, readAgain: scanned.readAgain, repositories: scanned.repositories });
  const told = asker === undefined || request.egressOnly ? answers : await withUses(credentials, answers, { uses: asker.uses, surroundings, ids, now: startedAt });
  const { findings: judged, quiet } = toFindings(credentials, { ...request, ...(surroundings === undefined ? {} : { surroundings }), answers: told, ids, now: startedAt, fingerprintKey: deps.fingerprintKey, lastKnown: () => remembered });
  const { findings, problems } = (await deps.waive?.(judged, scanned.readAgain)) ?? { findings: judged, problems: [] };
  const coverage: Coverage = tally.finish((skip: Skip) => acceptGaps(skip, request.accept, startedAt));
  const verification: Verification = countOutcomes(findings, asker?.requests() ?? {});
  const shown = new Set(findings.map(({ credential }) => credential.rule));
  const result: AuditResult = {
    tool: { name: 'tokenwarden', version: deps.version, catalogueDigest: deps.catalogue.digest },
    run: {
      id: deps.runId,
      startedAt,
      finishedAt: deps.now(),
      command: request.command,
      targets: [...request.targets.map(({ given }) => given), ...request.stores.map((store) => `issuer:${store}`)],
      policyDigest: request.policyDigest,
      ...(scanned.repository === undefined ? {} : { repository: scanned.repository }),
    },
    coverage,
    verification,
    findings,
    rules: [...shown].sort((a, b) => (a.id < b.id ? -1 : 1)),
    minConfidence: request.minConfidence,
    failOn: request.failOn,
    ...(problems.length === 0 ? {} : { waiverProblems: problems }),
    ...(scanned.tree === undefined ? {} : { tree: scanned.tree }),
  };
  return { result, quiet, egress, readAgain: scanned.readAgain, ...(surroundings === undefined ? {} : { surroundings }), exitCode: exitCodeOf(findings, coverage) };
}

/** Of the trees that are judged as they lie; a range or a history has workflows of other times, too. */
async function takenSecrets({ command, source, policy }: AuditRequest, deps: AuditDeps, { trees }: Scanned): Promise<readonly TakenSecrets[]> {
  if (command !== 'audit' || source.mode !== 'tree' || deps.workflowSecrets === undefined || !policy.entries.some(({ check }) => check.id === REFERENCE_CHECK)) return [];
  const taken: TakenSecrets[] = [];
  for (const { root, prefix } of trees) taken.push({ root, prefix, secrets: await deps.workflowSecrets(root) });
  return taken;
}

/** Every token of the stores that the request names. */
async function listStores(request: AuditRequest, deps: AuditDeps, asker: Asker, rules: Pick<ReadonlyMap<string, Rule>, 'get'>, tally: CoverageTally): Promise<readonly Answered[]> {
  const all: Answered[] = [];
  for (const store of request.stores) {
    const { tokens, ...asked } = asker.list(store);
    const onProgress = (done: number): void => deps.onProgress({ phase: 'verify', done, bytes: tally.scanned.bytes });
    all.push(...(await readListed(tokens, { store, ...asked, rules, fingerprintKey: deps.fingerprintKey, now: deps.now, note: (event) => tally.note(event), onProgress })));
  }
  return all;
}

interface Scanned {
  readonly inputs: readonly FoldInput[];
  readonly readAgain: Map<Origin, Occurrence>;
  /** Folders that were scanned as they lie. */
  readonly trees: readonly { readonly root: string; readonly prefix: string }[];
  /** The first target's that has one. */
  readonly repository?: RepositoryFacts;
  /** By root of the target. */
  readonly repositories: ReadonlyMap<string, RepositoryFacts>;
  readonly tree?: TreeFacts;
}

/** Plans every target, scans its units, and gives each match the origins it really has. */
async function scanTargets(request: AuditRequest, deps: AuditDeps, tally: CoverageTally, startedAt: Date): Promise<Scanned> {
  const inputs: FoldInput[] = [];
  const readAgain = new Map<Origin, Occurrence>();
  const repositories = new Map<string, RepositoryFacts>();
  let repository: RepositoryFacts | undefined;
  let tree: TreeFacts | undefined;
  const plans: { target: NamedTarget; planned: Planned }[] = [];
  // One alone brings nothing in twice.
  const taken = request.targets.length > 1 ? new Set<string>() : undefined;
  const source: SourceOptions = { ...request.source, boundPaths: boundPathsOf(deps.catalogue) };
  // Opened when it is known where the targets lie, and before any of them is listed.
  const opened: { cache?: ScanCache | undefined } = {};
  for (const target of request.targets) {
    const planned = await planTarget(target.spec, source, (event) => tally.note(event), deps.signal, taken, () => opened.cache?.history).catch(orRethrow(deps.signal, () => undefined));
    if (planned === undefined) noteStopped(target, deps.signal, tally);
    else plans.push({ target, planned });
  }
  const names = new NameScan();
  opened.cache = request.source.mode === 'staged' ? undefined : deps.cache?.(plans.flatMap(({ target, planned }) => (target.spec.kind === 'path' ? [planned.root] : [])), startedAt);
  const { cache } = opened;
  const knowledge = cache === undefined ? undefined : { cache, readSpans };
  const prefixes = prefixesOf(plans.filter(({ target }) => target.spec.kind === 'path' && !target.spec.log).map(({ planned }) => planned.root));
  const shared = new Map<string | undefined, readonly UnitResult[]>();
  for (const { target, planned } of plans) {
    // Targets in one repository share its objects: what the ones before brought in may lie in this one's part, too.
    const key = request.source.mode === 'tree' && planned.repository?.workTree !== undefined ? undefined : planned.repository?.gitDir;
    const results: UnitResult[] = [...(shared.get(key) ?? [])];
    try {
      for await (const result of scanUnknown(unitRequests(planned, request.source, names), { jobs: request.jobs, signal: deps.signal, ...(deps.catalogue.changes === undefined ? {} : { changes: deps.catalogue.changes }) }, knowledge)) {
        for (const event of result.events) tally.note(event);
        if (result.matches.length > 0) results.push(result);
        deps.onProgress({ phase: 'scan', done: tally.scanned.bytes, total: tally.planned.bytes, bytes: tally.scanned.bytes });
      }
    } catch (error) {
      // A run that is stopped reports what it has.
      if (!deps.signal.aborted) throw error;
    }
    if (key !== undefined) shared.set(key, results);
    if (deps.signal.aborted) noteStopped(target, deps.signal, tally);
    deps.onProgress({ phase: 'resolve', done: 0, bytes: tally.scanned.bytes });
    const prefix = target.spec.log ? '' : (prefixes.get(planned.root) ?? '');
    const resolved = await resolve(results, planned, prefix, readAgain, deps.signal);
    inputs.push(...resolved);
    if (target.spec.kind === 'remote' && target.spec.remote.rest !== undefined && !deps.signal.aborted) {
      // What a rule that the configuration disables would find is not reported, whoever found it.
      const rules = ruleLookup(deps.catalogue);
      const { more, skips } = target.spec.remote.rest(resolved, (ruleId) => rules.get(ruleId)?.companionOnly === true);
      inputs.push(...more.filter(({ raw }) => rules.get(raw.ruleId) !== undefined).map(({ raw, secrets }): FoldInput => ({ raw, secrets, origins: [{ shown: raw.origin, path: pathOf(raw.origin) }] })));
      for (const skip of skips) tally.note({ type: 'skipped', skip });
    }
    const described = repositories.get(planned.root) ?? (await planned.describe?.().catch(orRethrow(deps.signal, () => undefined)));
    if (described !== undefined) repositories.set(planned.root, described);
    repository ??= described;
    if (planned.names !== undefined) names.found(planned.names, prefix);
    if (prefix === '') tree ??= planned.tree;
  }
  for (const { origins } of inputs) for (const { shown } of origins) names.origin(shown);
  if (repository !== undefined) names.repository(repository);
  for (const skip of tally.skipped) names.skip(skip);
  inputs.push(...(await names.finish(withCleanTexts(cache, async (unit) => (await import('./scan-worker.ts')).scanUnit(unit, deps.catalogue.changes)))));
  cache?.save();
  const trees = plans.filter(({ target }) => target.spec.kind === 'path' && !target.spec.log).map(({ planned: { root } }) => ({ root, prefix: prefixes.get(root) ?? '' }));
  return { inputs, readAgain, trees, repositories, ...(repository === undefined ? {} : { repository }), ...(tree === undefined ? {} : { tree }) };
}

/** Ends of paths that rules are bound to. */
function boundPathsOf(catalogue: Catalogue): readonly string[] {
  const bound = boundRules(catalogue instanceof StoredCatalogue ? catalogue : catalogue.rules);
  return [...new Set(bound.flatMap(({ paths }) => paths))].sort();
}

function noteStopped(target: NamedTarget, signal: AbortSignal, tally: CoverageTally): void {
  tally.note({ type: 'skipped', skip: { what: target.given, reason: whyStopped(signal), detail: 'the scan was stopped before its end' } });
}

async function* unitRequests(planned: Planned, options: SourceOptions, names: NameScan): AsyncGenerator<UnitRequest> {
  for await (const unit of planned.units) {
    names.unit(unit);
    yield { unit, options };
  }
}

async function resolve(results: readonly UnitResult[], planned: Planned, prefix: string, readAgain: Map<Origin, Occurrence>, signal: AbortSignal): Promise<readonly FoldInput[]> {
  const raws = results.flatMap((result) => result.matches.map((raw) => ({ raw, secrets: result.secrets })));
  // Stopped, git answers no more: then the places are shown as far as they are known.
  const known = orRethrow(signal, (): readonly (readonly Origin[])[] => raws.map(({ raw }) => [raw.origin]));
  const origins = await planned.resolve(raws.map(({ raw }) => ({ origin: raw.origin, region: raw.region }))).catch(known);
  return raws.map(({ raw, secrets }, index) => {
    const real = (origins[index] ?? []).map((origin) => {
      // A copy for each hit: those of one file share an origin, and each has a line of its own.
      const shown = { ...prefixed(origin, prefix) };
      readAgain.set(shown, { target: planned.root, origin, startLine: raw.region.startLine });
      return { shown, path: pathOf(origin) };
    });
    return { raw, secrets, origins: real };
  });
}

/** For `catch`: what to go on with when the run was stopped; any other error is thrown on. */
function orRethrow<T>(signal: AbortSignal, instead: () => T): (error: unknown) => T {
  return (error) => {
    if (!signal.aborted) throw error;
    return instead();
  };
}
