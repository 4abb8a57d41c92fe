import { artifactItems, attemptItems, attemptsOf, GitHubError, isFields, listAt, numberAt, runName, textAt, type Fields, type GitHub, type RunReading } from '../github/index.ts';
import type { ForgeRepository, ForgeRunItem, ListedRun, RunList, RunsWanted } from './forge.ts';

const MAX_LOG_BYTES = 64 << 20;

/** The newest runs of a repository that ended, in one request; and each of those that are wanted besides, in one each. */
export async function githubRuns(api: GitHub, repository: ForgeRepository, { newest, also, tag }: RunsWanted): Promise<RunList> {
  const there = placeOf(repository);
  try {
    const { status, value, headers } = await api.call('actions/list-workflow-runs-for-repo', { ...there, status: 'completed', per_page: Math.min(newest, 100) }, undefined, tag === undefined ? {} : { etag: tag });
    if (status === 304) return { state: 'as-before' };
    const runs = listAt(value, 'workflow_runs').flatMap(listed).slice(0, newest);
    const gone: string[] = [];
    for (const id of also.filter((one) => !runs.some((run) => run.id === one))) {
      const found = await oneRun(api, there, id);
      if (found === undefined) gone.push(id);
      else runs.push(...found);
    }
    const { etag } = headers;
    return { state: 'listed', runs, older: Math.max(0, (numberAt(value, 'total_count') ?? runs.length) - runs.length), gone, ...(etag === undefined ? {} : { tag: etag }) };
  } catch (error) {
    if (!(error instanceof GitHubError)) throw error;
    // A server without Actions answers 404 for a repository that it has just listed.
    if (error.trouble === 'not-found' || error.trouble === 'disabled' || error.trouble === 'gone') return { state: 'listed', runs: [], older: 0, gone: also };
    const hint = error.trouble === 'permission' ? '; give it, or leave the runs out with --runs 0' : '';
    return { state: 'unknown', gap: { what: `${repository.name}: runs of Actions`, reason: 'unreadable', detail: `${error.message}${hint}` } };
  }
}

/** Undefined: it is no more. */
async function oneRun(api: GitHub, there: RunReading['there'], id: string): Promise<readonly ListedRun[] | undefined> {
  try {
    const { value } = await api.call('actions/get-workflow-run', { ...there, run_id: id });
    return isFields(value) ? listed(value) : [];
  } catch (error) {
    if (error instanceof GitHubError && (error.trouble === 'not-found' || error.trouble === 'gone')) return undefined;
    throw error;
  }
}

function listed(run: Fields): ListedRun[] {
  const id = numberAt(run, 'id');
  return id === undefined ? [] : [{ id: String(id), stamp: `${attemptsOf(run)} ${textAt(run, 'updated_at') ?? ''}`, facts: run }];
}

/** The logs of all its attempts, then its artifacts. Ends where further requests would fail like the last one. */
export async function* githubRunItems(api: GitHub, repository: ForgeRepository, { id, facts }: ListedRun, { maxArtifactBytes }: RunsWanted, links: Map<string, string>): AsyncGenerator<ForgeRunItem> {
  const run = facts as Fields;
  const reading: RunReading = { github: api, there: placeOf(repository), links, maxLogBytes: MAX_LOG_BYTES, maxArtifactBytes, expired: 'told', state: { isOver: false } };
  for (let attempt = 1; attempt <= attemptsOf(run) && !reading.state.isOver; attempt += 1) yield* attemptItems(run, Number(id), attempt, reading);
  if (!reading.state.isOver) yield* artifactItems(run, Number(id), reading);
  if (reading.state.isOver) yield { skip: { what: runName(reading.there, Number(id)), reason: 'unreadable', detail: 'nothing more of it was read: GitHub asks for fewer requests, or is not reached' } };
}

function placeOf({ name }: ForgeRepository): RunReading['there'] {
  const [owner = '', repo = ''] = name.split('/');
  return { owner, repo };
}
