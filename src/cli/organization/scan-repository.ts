import { gzipSync } from 'node:zlib';
import { ownersOf } from '../../assemble/index.ts';
import { audit, type AuditDeps, type AuditOutcome, type AuditRequest, type NamedTarget } from '../../audit.ts';
import { CloneError, type CloneCache } from '../../clones/index.ts';
import type { Forge, ForgeGap, ForgeRepository } from '../../forges/index.ts';
import type { Job, OrganizationState } from '../../inventory/index.ts';
import { NO_COUNTS, SkipError, WardenError, type AuditResult } from '../../model/index.ts';
import { lookAtRuns, type RunLimits } from './repository-runs.ts';
import { NotNow, type Piece, type PieceCoverage, type PieceReport } from '../../organization/index.ts';
import { reporterFor } from '../../report/index.ts';
import { uploadSarif } from './upload-sarif.ts';

export interface RepositoryScan {
  readonly forge: Forge;
  readonly clones: CloneCache;
  /** Scans wait for one another. */
  readonly alone: <Result>(scan: () => Promise<Result>) => Promise<Result>;
  readonly state: OrganizationState;
  /** Everything but targets. */
  readonly request: Omit<AuditRequest, 'targets'>;
  readonly deps: (job: Job) => Omit<AuditDeps, 'signal'>;
  readonly texts: boolean;
  /** Of logs and artifacts; undefined: they are not wanted. */
  readonly runs: RunLimits | undefined;
  /** Whether findings are uploaded to each repository's code scanning. */
  readonly uploads: boolean;
  /** Before the second attempt. */
  readonly retrySeconds: number;
  /** Whether issuers are asked: then what was found is found again each time, so that it can be asked about. */
  readonly asks: boolean;
}

type Remote = Extract<NamedTarget['spec'], { readonly kind: 'remote' }>['remote'];
type Fetched = ReturnType<Remote['items']> extends AsyncIterable<infer Item> ? Item : never;

/** Formats of a repository's report that are kept where it has findings. */
const RENDERED = ['sarif', 'html'] as const;

/** Scans one repository and writes what was found; false where the job has become another worker's. Throws `NotNow`. */
export async function scanRepository(job: Job, held: AbortSignal, setup: RepositoryScan): Promise<boolean> {
  try {
    return await scanOnce(job, held, setup);
  } catch (error) {
    // Trouble with the database is trouble of the whole run; all else is of one repository, and must not end the night for the others.
    const isOfRun = error instanceof NotNow || held.aborted || (error instanceof WardenError && error.code.startsWith('INVENTORY_'));
    if (!isOfRun) throw new NotNow('failed', whatOf(error), laterThan(job, setup.retrySeconds));
    throw error;
  }
}

/** What nobody foresaw may have anything in its message: it is told by its name only. */
function whatOf(error: unknown): string {
  if (error instanceof WardenError || error instanceof SkipError) return error.message;
  const { name, code } = (error ?? {}) as { readonly name?: unknown; readonly code?: unknown };
  const words = [name, code].filter((word): word is string => typeof word === 'string' && /^\w{1,40}$/.test(word));
  return `an error that nobody foresaw${words.length === 0 ? '' : `: ${words.join(' ')}`}`;
}

function laterThan({ attempt }: Job, retrySeconds: number): number {
  return retrySeconds * (attempt > 1 ? 3 : 1);
}

async function scanOnce(job: Job, held: AbortSignal, { forge, clones, alone, state, request, deps, texts, runs: limits, uploads, asks, retrySeconds }: RepositoryScan): Promise<boolean> {
  const later = laterThan(job, retrySeconds);
  const repository = JSON.parse(job.facts) as ForgeRepository;
  const refs = await forge.refs(repository);
  held.throwIfAborted();
  const skip = (reason: string, detail?: string): Promise<boolean> => {
    const refsOnly: PieceCoverage | undefined = refs.state === 'listed' ? { refs: refs.count, texts: 0, planned: NO_COUNTS, scanned: NO_COUNTS, skipped: [], complete: false } : undefined;
    return state.complete(job, { state: 'skipped', reason, ...(detail === undefined ? {} : { detail }), ...(refsOnly === undefined ? {} : { coverage: JSON.stringify(refsOnly) }) });
  };
  const { textCounts } = repository;
  const hasTexts = texts && repository.texts === true && (textCounts === undefined || Object.values(textCounts).some((count) => count > 0));
  if (refs.state === 'unreachable') throw new NotNow('unreachable', refs.detail, refs.retryAfterSeconds ?? later);
  if (refs.state === 'refused') return skip('refused', refs.detail);
  if (refs.state === 'missing') return repository.wikiOf === undefined ? skip('missing', refs.detail) : skip('no-wiki');
  if (refs.state === 'empty' && !hasTexts) return skip('empty');
  const refsDigest = refs.state === 'listed' ? refs.digest : 'empty';
  const memory = job.previous?.piece === undefined ? undefined : (JSON.parse(job.previous.piece) as Piece).runs;
  const runs = limits !== undefined && repository.runs === true && refs.state === 'listed' ? await lookAtRuns(forge, repository, refsDigest, memory, limits, job.run) : undefined;
  held.throwIfAborted();
  const textsStamp = hasTexts ? (repository.textsStamp ?? (await forge.textsStamp?.(repository))) : undefined;
  const digest = [refsDigest, ...(hasTexts ? [textsStamp ?? `unknown in ${job.run}`] : []), ...(runs === undefined ? [] : [runs.stamp])].join(' ');
  if (job.previous !== undefined && stillHolds(job.previous, digest, { asks, uploads: uploads && repository.texts === true })) {
    const { piece, coverage } = job.previous;
    return state.complete(job, { state: 'unchanged', digest, ...(piece === undefined ? {} : { piece }), ...(coverage === undefined ? {} : { coverage }) });
  }
  const access = await forge.gitAccess(repository);
  if (!access.ok) return skip('refused', access.detail);
  const { cloneUrl: url, defaultBranch } = repository;
  const clone = refs.state === 'empty' ? undefined : await clones.open({ id: `${forge.target.split(':')[0] ?? ''} ${new URL(url).host} ${repository.id}`, url, access: access.environment, ...(defaultBranch === undefined ? {} : { defaultBranch }) }, held).catch(async (error: unknown) => {
    if (!(error instanceof CloneError)) throw error;
    if (error.reason === 'failed') throw new NotNow('clone-failed', error.message, later);
    await skip('too-large', error.message);
    return undefined;
  });
  if (clone === undefined && refs.state !== 'empty') return true;
  try {
    let read = 0;
    const targets: NamedTarget[] = [
      ...(clone === undefined ? [] : [{ spec: { kind: 'path', path: clone.path, log: false } as const, given: repository.name }]),
      ...(hasTexts ? [textsOf(forge, repository, () => (read += 1))] : []),
      ...(runs?.target === undefined ? [] : [runs.target]),
    ];
    // One at a time: a scan takes all processors, and memory.
    const outcome = await alone(() => audit({ ...request, targets }, { ...deps(job), signal: held }));
    held.throwIfAborted();
    const { result } = outcome;
    const upload = uploads && clone !== undefined ? await uploadSarif(result, repository, { github: forge.github, commitOf: clone.commitOf, signal: held }) : undefined;
    held.throwIfAborted();
    const seen = runs?.outcome([...result.findings, ...outcome.quiet]);
    const coverage: PieceCoverage = { refs: refs.state === 'listed' ? refs.count : 0, texts: read, planned: result.coverage.planned, scanned: result.coverage.scanned, skipped: result.coverage.skipped, complete: result.coverage.complete, ...(upload === undefined ? {} : { upload }), ...(seen === undefined || (seen.counts.planned === 0 && seen.counts.older === 0) ? {} : { runs: seen.counts }) };
    return await state.complete(job, { state: 'scanned', digest, coverage: JSON.stringify(coverage), piece: JSON.stringify({ ...pieceOf(result, outcome.surroundings), ...(seen?.memory === undefined ? {} : { runs: seen.memory }) }) }, { result, quiet: outcome.quiet });
  } finally {
    await clone?.release();
  }
}

function textsOf(forge: Forge, repository: ForgeRepository, count: () => void): NamedTarget {
  const name = `${repository.name} (issues, comments, releases)`;
  const remote: Remote = { name, items: () => fetched(forge, repository, count), shown: ({ origin }) => [origin] };
  return { spec: { kind: 'remote', remote, log: false }, given: name };
}

/** Texts as the pipeline takes what lies elsewhere; what could not be read is told beside them. */
async function* fetched(forge: Forge, repository: ForgeRepository, count: () => void): AsyncGenerator<Fetched> {
  const gaps: ForgeGap[] = [];
  for await (const { url, text } of forge.texts(repository, (gap) => gaps.push(gap))) {
    count();
    yield { origin: { kind: 'url', url }, bytes: Buffer.from(text, 'utf8') };
  }
  for (const skip of gaps) yield { skip };
}

/** A repository whose refs and texts are as they were, that was seen whole, and of which nothing is to be asked or uploaded again. */
function stillHolds({ state, digest: before, piece, coverage }: NonNullable<Job['previous']>, digest: string, { asks, uploads }: { readonly asks: boolean; readonly uploads: boolean }): boolean {
  if ((state !== 'scanned' && state !== 'unchanged') || before !== digest || piece === undefined || coverage === undefined) return false;
  const { complete, upload } = JSON.parse(coverage) as PieceCoverage;
  if (!complete || (uploads && (upload === undefined || upload.state === 'failed'))) return false;
  return !asks || (JSON.parse(piece) as Piece).report.findings.length === 0;
}

/** The JSON report without what only a clock knows, and renderings where there is something to see. */
function pieceOf(result: AuditResult, surroundings: AuditOutcome['surroundings']): Piece {
  const options = { color: false, width: 100 };
  const report = JSON.parse(reporterFor('json').render(result, options)) as PieceReport;
  if (result.findings.length === 0) return { report: { ...report, findings: [], rules: [] } };
  const owners = Object.fromEntries(result.findings.flatMap((finding) => {
    const named = ownersOf(finding, surroundings?.(finding));
    return named.length === 0 ? [] : [[finding.id, named] as const];
  }));
  return { report, owners, rendered: Object.fromEntries(RENDERED.map((format) => [format, gzipSync(reporterFor(format).render(result, options)).toString('base64')])) };
}

