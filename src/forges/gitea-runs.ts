import { fieldAt, listAt, numberAt, textAt, type Fields } from '../github/index.ts';
import type { ForgeRepository, ForgeRunItem, ListedRun, RunList, RunsWanted } from './forge.ts';
import { RestError, type Rest } from './rest.ts';
import { brought, fileItem, releaseFiles, releaseRun, runGap } from './run-parts.ts';

const MAX_LOG_BYTES = 64 << 20;

/** The newest runs of Actions that ended, and releases with files; what is wanted besides is looked for one by one. */
export async function giteaRuns(api: Rest, repository: ForgeRepository, { newest, also }: RunsWanted): Promise<RunList> {
  const at = placeOf(repository);
  try {
    const { without = [] } = repository;
    const value = without.includes('runs') ? undefined : (await api.get([...at, 'actions', 'runs'], { limit: Math.min(newest, 50) })).value;
    const listed = listAt(value, 'workflow_runs');
    const runs = listed.filter((run) => textAt(run, 'status') === 'completed' || textAt(run, 'completed_at') !== undefined).flatMap(listedRun).slice(0, newest);
    const gone: string[] = [];
    for (const id of also.filter((one) => !one.startsWith('release ') && !runs.some((run) => run.id === one))) {
      try {
        const found = await api.get([...at, 'actions', 'runs', id]);
        runs.push(...listedRun((found.value ?? {}) as Fields));
      } catch (error) {
        if (!(error instanceof RestError) || error.trouble !== 'not-found') throw error;
        gone.push(id);
      }
    }
    const older = Math.max(0, (numberAt(value, 'total_count') ?? listed.length) - listed.length);
    const releases = without.includes('releases') ? [] : await giteaReleases(api, repository, newest);
    return { state: 'listed', runs: [...runs, ...releases], older, gone: [...gone, ...also.filter((id) => id.startsWith('release ') && !releases.some((one) => one.id === id))] };
  } catch (error) {
    if (!(error instanceof RestError)) throw error;
    const detail = error.trouble === 'not-found' ? 'the API of this server does not list them (Gitea 1.25 and newer do)' : error.message;
    return { state: 'unknown', gap: { what: `${repository.name}: runs of Actions`, reason: 'unreadable', detail } };
  }
}

async function giteaReleases(api: Rest, repository: ForgeRepository, newest: number): Promise<readonly ListedRun[]> {
  const { value } = await api.get([...placeOf(repository), 'releases'], { limit: Math.min(newest, 50) });
  return listAt(value).flatMap((release) => releaseRun(release, numberAt(release, 'id'), listAt(release, 'assets').map((file) => [numberAt(file, 'id'), numberAt(file, 'size'), textAt(file, 'uuid')])));
}

function listedRun(run: Fields): ListedRun[] {
  const id = numberAt(run, 'id');
  return id === undefined ? [] : [{ id: String(id), stamp: `${numberAt(run, 'run_attempt') ?? 1} ${textAt(run, 'completed_at') ?? ''}`, facts: run }];
}

export async function* giteaRunItems(api: Rest, repository: ForgeRepository, run: ListedRun, { maxArtifactBytes }: RunsWanted): AsyncGenerator<ForgeRunItem> {
  const at = placeOf(repository);
  if (run.id.startsWith('release ')) return yield* releaseFiles(repository, run, maxArtifactBytes, listAt(run.facts, 'assets').map((file) => ({ key: textAt(file, 'browser_download_url') ?? '', name: textAt(file, 'name') ?? '', url: textAt(file, 'browser_download_url') ?? '', size: numberAt(file, 'size') })), (url, maxBytes) => api.downloadAt(url, maxBytes));
  const name = `${repository.name} run ${run.id}`;
  try {
    for await (const page of api.pages([...at, 'actions', 'runs', run.id, 'jobs'], { limit: 50 })) {
      for (const job of listAt(page, 'jobs')) {
        const [id, title] = [numberAt(job, 'id'), textAt(job, 'name') ?? ''];
        if (id === undefined || textAt(job, 'conclusion') === 'skipped') continue;
        const url = textAt(job, 'html_url');
        yield* brought(`${name}, ${title}`, { kind: 'log', name: `${name}, ${title}`, job: title, ...(url === undefined ? {} : { url }) }, () => api.download([...at, 'actions', 'jobs', id, 'logs'], MAX_LOG_BYTES));
      }
    }
    const { value } = await api.get([...at, 'actions', 'runs', run.id, 'artifacts']);
    for (const artifact of listAt(value, 'artifacts')) {
      const [id, title, size] = [numberAt(artifact, 'id'), textAt(artifact, 'name') ?? '', numberAt(artifact, 'size_in_bytes') ?? 0];
      if (id === undefined) continue;
      const what = `${name}, artifact ${title}`;
      if (fieldAt(artifact, 'expired') === true) yield { skip: { what, reason: 'expired', detail: 'it expired: nobody can read it any more' } };
      else yield* fileItem(what, `${repository.webUrl}/actions/runs/${run.id}/artifacts/${id}/${encodeURIComponent(title)}.zip`, size, maxArtifactBytes, (maxBytes) => api.download([...at, 'actions', 'artifacts', id, 'zip'], maxBytes));
    }
  } catch (error) {
    yield runGap(name, error);
  }
}

function placeOf({ name }: ForgeRepository): readonly string[] {
  const [owner = '', repo = ''] = name.split('/');
  return ['repos', owner, repo];
}
