import type { Origin, Skip } from '../model/index.ts';
import type { Download, GitHub } from './client.ts';
import { fileName } from './log-name.ts';
import { fieldAt, listAt, numberAt, textAt, type Fields } from './reading.ts';
import { GitHubError } from './trouble.ts';

/** A log or an artifact that was brought here, or why it was not. */
export type RunItem = { readonly origin: Origin; readonly bytes: Uint8Array } | { readonly skip: Skip };

export interface RunReading {
  readonly github: GitHub;
  readonly there: { readonly owner: string; readonly repo: string };
  /** Logs and artifacts are held while they are scanned, never written to disk. */
  readonly maxLogBytes: number;
  readonly maxArtifactBytes: number;
  /** What has expired: a gap where it was asked for by name, no gap where all that is kept was. */
  readonly expired: 'gap' | 'told';
  /** By log, job: where people see it. */
  readonly links: Map<string, string>;
  /** Set when further requests would fail like the last one. */
  readonly state: { isOver: boolean };
}

const MAX_ATTEMPTS = 50;

/** How many attempts a run has had. */
export function attemptsOf(run: Fields): number {
  return Math.min(numberAt(run, 'run_attempt') ?? 1, MAX_ATTEMPTS);
}

/** Logs of one attempt: the archive of all its jobs, or of a run that still goes on those of the jobs that ended. */
export async function* attemptItems(run: Fields, id: number, attempt: number, reading: RunReading): AsyncGenerator<RunItem> {
  const { github, there, links } = reading;
  const isRunning = attempt === attemptsOf(run) && textAt(run, 'status') !== 'completed';
  const name = runName(there, id, attempt);
  const page = urlOf(run, github);
  const jobs: Fields[] = [];
  let areListed = true;
  try {
    for await (const one of github.pages('actions/list-jobs-for-workflow-run-attempt', { ...there, run_id: id, attempt_number: attempt })) jobs.push(...listAt(one, 'jobs'));
  } catch (error) {
    areListed = false;
    yield troubled(name, error, reading);
    if (reading.state.isOver) return;
  }
  for (const job of jobs) {
    const url = urlOf(job, github);
    if (url !== undefined) links.set(`${name}\0${fileName(textAt(job, 'name') ?? '')}`, url);
  }
  if (isRunning) return yield* finishedJobs(name, jobs, reading);
  // A run whose jobs were all skipped never wrote a log.
  if (jobs.length > 0 && jobs.every((job) => textAt(job, 'conclusion') === 'skipped')) return;
  try {
    const bytes = await downloaded(reading.maxLogBytes, (download) => github.download('actions/download-workflow-run-attempt-logs', { ...there, run_id: id, attempt_number: attempt }, download));
    yield { origin: { kind: 'log', name, ...(page === undefined ? {} : { url: page }) }, bytes };
  } catch (error) {
    // Who may read its jobs may read its log: 404 is a log that never was (no job ever began) or that somebody deleted.
    if (areListed && reading.expired === 'told' && error instanceof GitHubError && error.trouble === 'not-found') {
      if (jobs.length > 0) yield expired(name, 'its log was deleted');
      return;
    }
    yield troubled(name, error, reading);
  }
}

/** While a run goes on there is no archive of its logs; jobs that ended have theirs. */
async function* finishedJobs(name: string, jobs: readonly Fields[], reading: RunReading): AsyncGenerator<RunItem> {
  const { github, there } = reading;
  for (const job of jobs) {
    const [id, title] = [numberAt(job, 'id'), textAt(job, 'name') ?? ''];
    if (id === undefined || reading.state.isOver) continue;
    if (textAt(job, 'status') !== 'completed') {
      yield gap(`${name}, ${title}`, 'this job has not ended: its log was not read');
      continue;
    }
    if (textAt(job, 'conclusion') === 'skipped') continue;
    try {
      const bytes = await downloaded(reading.maxLogBytes, (download) => github.download('actions/download-job-logs-for-workflow-run', { ...there, job_id: id }, download));
      yield { origin: { kind: 'log', name, job: fileName(title) }, bytes };
    } catch (error) {
      yield troubled(`${name}, ${title}`, error, reading);
    }
  }
}

/** What a run left behind, but what has expired or is too large. */
export async function* artifactItems(run: Fields, id: number, reading: RunReading): AsyncGenerator<RunItem> {
  const { github, there, maxArtifactBytes } = reading;
  const artifacts: Fields[] = [];
  try {
    for await (const page of github.pages('actions/list-workflow-run-artifacts', { ...there, run_id: id })) artifacts.push(...listAt(page, 'artifacts'));
  } catch (error) {
    yield troubled(`${runName(there, id)}, its artifacts`, error, reading);
  }
  for (const artifact of artifacts) {
    const [artifactId, title] = [numberAt(artifact, 'id'), textAt(artifact, 'name') ?? ''];
    const what = `${runName(there, id)}, artifact ${title}`;
    if (artifactId === undefined || reading.state.isOver) continue;
    if (fieldAt(artifact, 'expired') === true) {
      yield expired(what, 'it expired: nobody can read it any more');
      continue;
    }
    const size = numberAt(artifact, 'size_in_bytes') ?? 0;
    if (size > maxArtifactBytes) {
      yield { skip: reading.expired === 'gap' ? { what, reason: 'archive-limit', detail: `more than ${maxArtifactBytes} bytes; download it and scan the file` } : { what, reason: 'excluded-archive', detail: `${size} bytes, and the limit is ${maxArtifactBytes} (organization.max-artifact-size)`, bytes: size } };
      continue;
    }
    try {
      // Its size is of what was uploaded; the archive may be a little larger.
      const bytes = await downloaded(maxArtifactBytes + SPARE_BYTES, (download) => github.download('actions/download-artifact', { ...there, artifact_id: artifactId, archive_format: 'zip' }, download));
      yield { origin: { kind: 'url', url: `${urlOf(run, github) ?? runName(there, id)}/artifacts/${artifactId}/${encodeURIComponent(title)}.zip` }, bytes };
    } catch (error) {
      yield troubled(what, error, reading);
    }
  }
}

const SPARE_BYTES = 65_536;

/** The bytes of a download, asked for again where it breaks off. */
export async function downloaded(maxBytes: number, download: (to: Download) => Promise<number>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  const total = await download({ sink: (chunk) => void chunks.push(Uint8Array.from(chunk)), restart: () => void chunks.splice(0), maxBytes });
  return Buffer.concat(chunks, total);
}

/** What one download met is a gap of it alone; only an abort, and what is no answer of GitHub, is thrown on. */
function troubled(what: string, error: unknown, { state, expired: as }: RunReading): RunItem {
  if (!(error instanceof GitHubError)) throw error;
  state.isOver ||= error.trouble === 'rate-limit' || error.trouble === 'unreachable' || error.trouble === 'unauthorized';
  if (error.trouble !== 'gone') return gap(what, error.message);
  return as === 'told' ? expired(what, 'GitHub no longer keeps it: logs expire') : gap(what, 'GitHub no longer keeps it: logs expire');
}

function expired(what: string, detail: string): { readonly skip: Skip } {
  return { skip: { what, reason: 'expired', detail } };
}

function gap(what: string, detail: string): { readonly skip: Skip } {
  return { skip: { what, reason: 'unreadable', detail } };
}

export function runName({ owner, repo }: RunReading['there'], run: number, attempt = 1): string {
  return `${owner}/${repo} run ${run}${attempt > 1 ? ` attempt ${attempt}` : ''}`;
}

/** The page for people that an answer names, if it is one of the server's own. */
function urlOf(thing: Fields, { apiUrl }: GitHub): string | undefined {
  const url = URL.parse(textAt(thing, 'html_url') ?? '');
  return url !== null && /^https?:$/.test(url.protocol) && (url.hostname === apiUrl.hostname || apiUrl.hostname === `api.${url.hostname}`) ? url.href : undefined;
}
