import { fieldAt, listAt, numberAt, textAt, type Fields } from '../github/index.ts';
import type { ForgeRepository, ForgeRunItem, ListedRun, RunList, RunsWanted } from './forge.ts';
import { RestError, type Rest } from './rest.ts';
import { brought, fileItem, runGap } from './run-parts.ts';

const MAX_LOG_BYTES = 64 << 20;
const ENDED = new Set(['success', 'failed', 'canceled', 'skipped']);

/** The newest pipelines that ended. */
export async function gitlabRuns(api: Rest, repository: ForgeRepository, { newest, also }: RunsWanted): Promise<RunList> {
  const at = ['projects', repository.id, 'pipelines'];
  try {
    const { value, headers } = await api.get(at, { scope: 'finished', order_by: 'id', sort: 'desc', per_page: Math.min(newest, 100) });
    const runs = listAt(value).flatMap(listed);
    const gone: string[] = [];
    for (const id of also.filter((one) => !runs.some((run) => run.id === one))) {
      try {
        runs.push(...listed(((await api.get([...at, id])).value ?? {}) as Fields));
      } catch (error) {
        if (!(error instanceof RestError) || error.trouble !== 'not-found') throw error;
        gone.push(id);
      }
    }
    // Absent where there are more than 10,000.
    const total = Number(headers['x-total'] ?? 10_000);
    return { state: 'listed', runs, older: Math.max(0, total - runs.length), gone };
  } catch (error) {
    if (!(error instanceof RestError)) throw error;
    return { state: 'unknown', gap: { what: `${repository.name}: pipelines`, reason: 'unreadable', detail: error.message } };
  }
}

function listed(run: Fields): ListedRun[] {
  const id = numberAt(run, 'id');
  return id === undefined || !ENDED.has(textAt(run, 'status') ?? '') ? [] : [{ id: String(id), stamp: textAt(run, 'updated_at') ?? '', facts: run }];
}

/** The log and the artifacts of every job, tried again or not, of a pipeline and of those that it began in the same project. */
export async function* gitlabRunItems(api: Rest, repository: ForgeRepository, { id }: ListedRun, { maxArtifactBytes }: RunsWanted): AsyncGenerator<ForgeRunItem> {
  const at = ['projects', repository.id];
  const name = `${repository.name} pipeline ${id}`;
  try {
    const pipelines = [id];
    for await (const page of api.pages([...at, 'pipelines', id, 'bridges'], { per_page: 100 })) {
      for (const bridge of listAt(page)) {
        const [child, project] = [numberAt(bridge, 'downstream_pipeline', 'id'), numberAt(bridge, 'downstream_pipeline', 'project_id')];
        if (child !== undefined && String(project) === repository.id) pipelines.push(String(child));
      }
    }
    for (const pipeline of pipelines) {
      for await (const page of api.pages([...at, 'pipelines', pipeline, 'jobs'], { per_page: 100, include_retried: true })) {
        for (const job of listAt(page)) yield* jobItems(api, at, name, job, maxArtifactBytes);
      }
    }
  } catch (error) {
    yield runGap(name, error);
  }
}

async function* jobItems(api: Rest, at: readonly string[], run: string, job: Fields, maxArtifactBytes: number): AsyncGenerator<ForgeRunItem> {
  const [id, name, url] = [numberAt(job, 'id'), textAt(job, 'name') ?? '', textAt(job, 'web_url')];
  // Without a beginning there is no log: skipped, or waiting for somebody.
  if (id === undefined || (fieldAt(job, 'started_at') ?? null) === null) return;
  const title = `${name} (${id})`;
  if ((fieldAt(job, 'erased_at') ?? null) !== null) {
    yield { skip: { what: `${run}, ${title}`, reason: 'expired', detail: 'its log and artifacts were erased' } };
    return;
  }
  yield* brought(`${run}, ${title}`, { kind: 'log', name: `${run}, ${title}`, job: title, ...(url === undefined ? {} : { url }) }, () => api.download([...at, 'jobs', id, 'trace'], MAX_LOG_BYTES));
  const size = numberAt(job, 'artifacts_file', 'size');
  if (size === undefined) return;
  const what = `${run}, artifacts of ${title}`;
  yield* fileItem(what, `${url ?? run}/artifacts/${encodeURIComponent(textAt(job, 'artifacts_file', 'filename') ?? 'artifacts.zip')}`, size, maxArtifactBytes, (maxBytes) => api.download([...at, 'jobs', id, 'artifacts'], maxBytes));
}
