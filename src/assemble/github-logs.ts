import { fieldAt, GitHubError, listAt, numberAt, openGitHub, textAt, type Fields, type GitHub, type OpenGitHub } from '../github/index.ts';
import { WardenError, type Skip } from '../model/index.ts';
import type { Fetched } from '../sources/index.ts';
import { fileName, LATEST_RUNS, type LogTarget, type RunChoice } from './log-target.ts';

/** GitHub lists no more than this for a question with a date. */
const MAX_PAGES = 10;
/** Logs and artifacts are held while they are scanned, never written to disk. */
const MAX_BYTES = 64 << 20;
const MAX_ATTEMPTS = 50;

/** The logs and artifacts of runs, one at a time. Adds to `links`, by log and job, where people see them. Throws `GitHubError` where no run can be listed. */
export async function* fetchLogs({ owner, repo, runs }: LogTarget, open: OpenGitHub, links: Map<string, string>): AsyncGenerator<Fetched> {
  const github = await openGitHub(open);
  try {
    yield* itemsOf({ owner, repo, runs }, github, links);
  } finally {
    await github.close();
  }
}

async function* itemsOf({ owner, repo, runs }: LogTarget, github: GitHub, links: Map<string, string>): AsyncGenerator<Fetched> {
  const there = { owner, repo };
  const reading: Reading = { github, there, links, state: { isOver: false } };
  for await (const run of runsOf(runs, github, there)) {
    const id = numberAt(run, 'id');
    if (id === undefined) continue;
    const last = Math.min(numberAt(run, 'run_attempt') ?? 1, MAX_ATTEMPTS);
    const wanted = runs.kind === 'run' ? runs.attempt : undefined;
    if (wanted !== undefined && wanted > last) throw new WardenError('USAGE_LOG_TARGET', `run ${id} of ${owner}/${repo} has no attempt ${wanted}, only ${last}`);
    for (const attempt of wanted === undefined ? Array.from({ length: last }, (_, index) => index + 1) : [wanted]) {
      yield* attemptItems(run, { id, attempt, isRunning: attempt === last && textAt(run, 'status') !== 'completed' }, reading);
    }
    if (wanted === undefined && !reading.state.isOver) yield* artifactItems(run, id, reading);
    if (reading.state.isOver) {
      yield gap(nameOf(there, id), 'nothing more was read: GitHub asks for fewer requests, or is not reached');
      return;
    }
  }
}

interface Reading {
  readonly github: GitHub;
  readonly there: { readonly owner: string; readonly repo: string };
  /** By log, job: where people see it. */
  readonly links: Map<string, string>;
  /** Set when further requests would fail like the last one. */
  readonly state: { isOver: boolean };
}

/** The newest first. Trouble here is the user's to hear: a repository that is not there, a token that may not. */
async function* runsOf(choice: RunChoice, github: GitHub, there: Reading['there']): AsyncGenerator<Fields> {
  switch (choice.kind) {
    case 'run': {
      const { value } = await github.call('actions/get-workflow-run', { ...there, run_id: choice.run });
      return yield value as Fields;
    }
    case 'latest': {
      const { value } = await github.call('actions/list-workflow-runs-for-repo', { ...there, status: 'completed', per_page: LATEST_RUNS });
      return yield* listAt(value, 'workflow_runs');
    }
    case 'since':
      for await (const page of github.pages('actions/list-workflow-runs-for-repo', { ...there, created: `>=${choice.day}` }, MAX_PAGES)) yield* listAt(page, 'workflow_runs');
  }
}

async function* attemptItems(run: Fields, { id, attempt, isRunning }: { readonly id: number; readonly attempt: number; readonly isRunning: boolean }, reading: Reading): AsyncGenerator<Fetched> {
  const { github, there, links } = reading;
  const name = nameOf(there, id, attempt);
  const page = urlOf(run, github);
  const jobs: Fields[] = [];
  try {
    for await (const one of github.pages('actions/list-jobs-for-workflow-run-attempt', { ...there, run_id: id, attempt_number: attempt })) jobs.push(...listAt(one, 'jobs'));
  } catch (error) {
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
    const bytes = await fetched((download) => github.download('actions/download-workflow-run-attempt-logs', { ...there, run_id: id, attempt_number: attempt }, download));
    yield { origin: { kind: 'log', name, ...(page === undefined ? {} : { url: page }) }, bytes };
  } catch (error) {
    yield troubled(name, error, reading);
  }
}

/** While a run goes on there is no archive of its logs; jobs that ended have theirs. */
async function* finishedJobs(name: string, jobs: readonly Fields[], reading: Reading): AsyncGenerator<Fetched> {
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
      const bytes = await fetched((download) => github.download('actions/download-job-logs-for-workflow-run', { ...there, job_id: id }, download));
      yield { origin: { kind: 'log', name, job: fileName(title) }, bytes };
    } catch (error) {
      yield troubled(`${name}, ${title}`, error, reading);
    }
  }
}

async function* artifactItems(run: Fields, id: number, reading: Reading): AsyncGenerator<Fetched> {
  const { github, there } = reading;
  const artifacts: Fields[] = [];
  try {
    for await (const page of github.pages('actions/list-workflow-run-artifacts', { ...there, run_id: id })) artifacts.push(...listAt(page, 'artifacts'));
  } catch (error) {
    yield troubled(`${nameOf(there, id)}, its artifacts`, error, reading);
  }
  for (const artifact of artifacts) {
    const [artifactId, title] = [numberAt(artifact, 'id'), textAt(artifact, 'name') ?? ''];
    const what = `${nameOf(there, id)}, artifact ${title}`;
    if (artifactId === undefined || reading.state.isOver) continue;
    if (fieldAt(artifact, 'expired') === true) {
      yield { skip: { what, reason: 'excluded-archive', detail: 'it expired: nobody can read it any more' } };
      continue;
    }
    if ((numberAt(artifact, 'size_in_bytes') ?? 0) > MAX_BYTES) {
      yield { skip: { what, reason: 'archive-limit', detail: `more than ${MAX_BYTES} bytes; download it and scan the file` } };
      continue;
    }
    try {
      const bytes = await fetched((download) => github.download('actions/download-artifact', { ...there, artifact_id: artifactId, archive_format: 'zip' }, download));
      yield { origin: { kind: 'url', url: `${urlOf(run, github) ?? nameOf(there, id)}/artifacts/${artifactId}/${encodeURIComponent(title)}.zip` }, bytes };
    } catch (error) {
      yield troubled(what, error, reading);
    }
  }
}

async function fetched(download: (to: { readonly sink: (chunk: Uint8Array) => void; readonly maxBytes: number }) => Promise<number>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  const total = await download({ sink: (chunk) => void chunks.push(Uint8Array.from(chunk)), maxBytes: MAX_BYTES });
  return Buffer.concat(chunks, total);
}

/** What one download met is a gap of it alone; only an abort, and what is no answer of GitHub, is thrown on. */
function troubled(what: string, error: unknown, { state }: Reading): Fetched {
  if (!(error instanceof GitHubError)) throw error;
  state.isOver ||= error.trouble === 'rate-limit' || error.trouble === 'unreachable' || error.trouble === 'unauthorized';
  return gap(what, error.trouble === 'gone' ? 'GitHub no longer keeps it: logs expire' : error.message);
}

function gap(what: string, detail: string): { readonly skip: Skip } {
  return { skip: { what, reason: 'unreadable', detail } };
}

function nameOf({ owner, repo }: Reading['there'], run: number, attempt = 1): string {
  return `${owner}/${repo} run ${run}${attempt > 1 ? ` attempt ${attempt}` : ''}`;
}

/** The page for people that an answer names, if it is one of the server's own. */
function urlOf(thing: Fields, { apiUrl }: GitHub): string | undefined {
  const url = URL.parse(textAt(thing, 'html_url') ?? '');
  return url !== null && /^https?:$/.test(url.protocol) && (url.hostname === apiUrl.hostname || apiUrl.hostname === `api.${url.hostname}`) ? url.href : undefined;
}
