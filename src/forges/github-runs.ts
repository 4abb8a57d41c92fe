import { artifactItems, attemptItems, attemptsOf, downloaded, GitHubError, isFields, listAt, numberAt, runName, textAt, type Fields, type GitHub, type RunReading } from '../github/index.ts';
import { releaseFiles, releaseRun } from './run-parts.ts';
import type { ForgeRepository, ForgeRunItem, ListedRun, RunList, RunsWanted } from './forge.ts';

const MAX_LOG_BYTES = 64 << 20;

/** The newest runs of a repository that ended, in one request, and releases with files in another, if there are any; and each of those that are wanted besides, in one each. */
export async function githubRuns(api: GitHub, repository: ForgeRepository, { newest, also, tag: known, releases: areWanted }: RunsWanted): Promise<RunList> {
  const there = placeOf(repository);
  try {
    const hasReleases = areWanted && repository.textCounts?.releases !== 0;
    const releases = hasReleases ? await githubReleases(api, there, newest) : [];
    // A list that is as it was says nothing of releases.
    const tag = hasReleases ? undefined : known;
    const { status, value, headers } = await api.call('actions/list-workflow-runs-for-repo', { ...there, status: 'completed', per_page: Math.min(newest, 100) }, undefined, tag === undefined ? {} : { etag: tag });
    if (status === 304) return { state: 'as-before' };
    const runs = listAt(value, 'workflow_runs').flatMap(listed).slice(0, newest);
    const gone: string[] = [];
    for (const id of also.filter((one) => !one.startsWith('release ') && !runs.some((run) => run.id === one))) {
      const found = await oneRun(api, there, id);
      if (found === undefined) gone.push(id);
      else runs.push(...found);
    }
    const { etag } = headers;
    const older = Math.max(0, (numberAt(value, 'total_count') ?? runs.length) - runs.length);
    gone.push(...also.filter((id) => id.startsWith('release ') && !releases.some((one) => one.id === id)));
    return { state: 'listed', runs: [...runs, ...releases], older, gone, ...(etag === undefined ? {} : { tag: etag }) };
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

async function githubReleases(api: GitHub, there: RunReading['there'], newest: number): Promise<readonly ListedRun[]> {
  const { value } = await api.call('repos/list-releases', { ...there, per_page: Math.min(newest, 100) });
  return listAt(value).flatMap((release) => releaseRun(release, numberAt(release, 'id'), listAt(release, 'assets').map((file) => [numberAt(file, 'id'), textAt(file, 'updated_at'), textAt(file, 'digest')])));
}

/** As it is now; undefined where it is no more, or not told: then its files are none. */
async function oneRelease(api: GitHub, there: RunReading['there'], id: string): Promise<unknown> {
  try {
    return (await api.call('repos/get-release', { ...there, release_id: id.slice('release '.length) })).value;
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
export async function* githubRunItems(api: GitHub, repository: ForgeRepository, { id, stamp, facts }: ListedRun, { maxArtifactBytes }: RunsWanted, links: Map<string, string>): AsyncGenerator<ForgeRunItem> {
  const run = facts as Fields;
  if (id.startsWith('release ')) {
    const there = placeOf(repository);
    const release = facts ?? (await oneRelease(api, there, id));
    const files = listAt(release, 'assets').map((file) => ({ key: String(numberAt(file, 'id') ?? ''), name: textAt(file, 'name') ?? '', url: textAt(file, 'browser_download_url') ?? '', size: numberAt(file, 'size') }));
    return yield* releaseFiles(repository, { id, stamp, facts: release }, maxArtifactBytes, files, (key, maxBytes) => downloaded(maxBytes, (to) => api.download('repos/get-release-asset', { ...there, asset_id: key }, { ...to, accept: 'application/octet-stream' })));
  }
  const reading: RunReading = { github: api, there: placeOf(repository), links, maxLogBytes: MAX_LOG_BYTES, maxArtifactBytes, expired: 'told', state: { isOver: false } };
  for (let attempt = 1; attempt <= attemptsOf(run) && !reading.state.isOver; attempt += 1) yield* attemptItems(run, Number(id), attempt, reading);
  if (!reading.state.isOver) yield* artifactItems(run, Number(id), reading);
  if (reading.state.isOver) yield { skip: { what: runName(reading.there, Number(id)), reason: 'unreadable', detail: 'nothing more of it was read: GitHub asks for fewer requests, or is not reached' } };
}

function placeOf({ name }: ForgeRepository): RunReading['there'] {
  const [owner = '', repo = ''] = name.split('/');
  return { owner, repo };
}
