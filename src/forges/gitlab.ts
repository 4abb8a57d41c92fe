import { fieldAt, isFields, listAt, numberAt, textAt, type Fields } from '../github/index.ts';
import { createHttp } from '../lib/http/index.ts';
import { WardenError, type Secret } from '../model/index.ts';
import type { Forge, ForgeGap, ForgeRepository, RepositoryPart } from './forge.ts';
import { gitSide } from './git-side.ts';
import { gitlabRunItems, gitlabRuns } from './gitlab-runs.ts';
import { gitlabTexts, gitlabTextsStamp } from './gitlab-texts.ts';
import type { ForgeSetup } from './open.ts';
import { createRest, RestError, type Rest } from './rest.ts';

const MAX_PAUSE_MS = 3_700_000;
const PAGE = { per_page: 100 };

/** What a group with its subgroups, a user, or one project has at a GitLab. `url`: the server's own, as people open it. */
export function gitlabForge(name: string, url: URL, token: Secret | undefined, setup: ForgeSetup): Forge {
  const { userAgent, proxy } = setup;
  const http = createHttp({ userAgent, proxy });
  let requests = 0;
  const counted = { ...http, send: (...given: Parameters<typeof http.send>) => ((requests += 1), http.send(...given)) };
  const base = url.href.replace(/\/$/, '');
  const allowPrivate = url.hostname !== 'gitlab.com';
  const api = createRest({ ...setup, server: 'GitLab', apiUrl: new URL(`${base}/api/v4`), token, authorize: (own) => ({ authorization: `Bearer ${own}` }), allowPrivate, http: counted, limits: { requestsPerSecond: 10, concurrency: 4 } });
  return {
    target: `gitlab:${name}`,
    repositories: (gap) => repositoriesOf(api, name, base, gap),
    ...gitSide({ http, user: 'oauth2', tokenNow: () => Promise.resolve(token), allowPrivate, maxPauseMs: setup.maxPauseMs ?? MAX_PAUSE_MS }, setup),
    textsStamp: (repository) => gitlabTextsStamp(api, repository),
    texts: (repository, gap) => gitlabTexts(api, repository, gap),
    runs: (repository, wanted) => gitlabRuns(api, repository, wanted),
    runItems: (repository, run, wanted) => gitlabRunItems(api, repository, run, wanted),
    requests: () => requests,
    close: () => http.close(),
  };
}

/** A name may be of a group, of a user, or of a project: GitLab is asked in this order. */
async function* repositoriesOf(api: Rest, name: string, base: string, gap: (gap: ForgeGap) => void): AsyncGenerator<ForgeRepository> {
  const group = await orNothing(api.get(['groups', name], { with_projects: false }));
  if (group !== undefined) return yield* allOf(api, ['groups', name, 'projects'], { include_subgroups: true, with_shared: false }, base, gap);
  if (name.includes('/')) {
    const { value } = await api.get(['projects', name]);
    if (!isFields(value)) throw new WardenError('FORGE_MALFORMED', `GitLab's answer for ${name} is no project`);
    return yield* withParts(api, value, base, gap);
  }
  const { value } = await api.get(['users'], { username: name });
  const id = numberAt(listAt(value)[0], 'id');
  if (id === undefined) throw new RestError('not-found', `GitLab knows no group and no user ${name}, or the token may not see it`);
  yield* allOf(api, ['users', String(id), 'projects'], {}, base, gap);
}

async function orNothing<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof RestError && error.trouble === 'not-found') return undefined;
    throw error;
  }
}

async function* allOf(api: Rest, path: readonly string[], query: Readonly<Record<string, boolean>>, base: string, gap: (gap: ForgeGap) => void): AsyncGenerator<ForgeRepository> {
  // A list that changes while it is read may show one twice.
  const seen = new Set<number>();
  for await (const page of api.pages(path, { ...PAGE, order_by: 'id', sort: 'asc', ...query })) {
    for (const found of listAt(page)) {
      const id = numberAt(found, 'id');
      if (id !== undefined && seen.has(id)) continue;
      if (id !== undefined) seen.add(id);
      yield* withParts(api, found, base, gap);
    }
  }
}

/** Segments of letters, digits and few signs; anything else might lead elsewhere. */
const PATH = /^(?:[A-Za-z0-9_][A-Za-z0-9._-]{0,254}\/){1,20}[A-Za-z0-9_.][A-Za-z0-9._-]{0,254}$/;
const PARTS: readonly (readonly [RepositoryPart, string])[] = [['issues', 'issues_access_level'], ['pulls', 'merge_requests_access_level'], ['releases', 'releases_access_level'], ['runs', 'builds_access_level']];

/** A project, its wiki, and its snippets: each is a repository of git. */
async function* withParts(api: Rest, found: Fields, base: string, gap: (gap: ForgeGap) => void): AsyncGenerator<ForgeRepository> {
  const name = textAt(found, 'path_with_namespace') ?? '';
  const id = numberAt(found, 'id');
  if (!PATH.test(name) || name.split('/').includes('..') || id === undefined) return gap({ what: 'a project in the list', reason: 'unreadable', detail: 'GitLab gives it a path or number that cannot be one' });
  const said = textAt(found, 'visibility');
  const branch = textAt(found, 'default_branch');
  const size = numberAt(found, 'statistics', 'repository_size');
  const isOff = (field: string): boolean => fieldAt(found, field) === 'disabled';
  const without = PARTS.filter(([, field]) => isOff(field)).map(([part]) => part);
  const visibility: ForgeRepository['visibility'] = said === 'public' || said === 'internal' ? said : 'private';
  const common = { visibility, isArchived: fieldAt(found, 'archived') === true, isFork: (fieldAt(found, 'forked_from_project') ?? null) !== null };
  const project: ForgeRepository = {
    ...common,
    name,
    id: String(id),
    cloneUrl: `${base}/${name}.git`,
    webUrl: `${base}/${name}`,
    isEmpty: fieldAt(found, 'empty_repo') === true,
    without,
    texts: !(['issues', 'pulls', 'releases'] as const).every((part) => without.includes(part)),
    runs: !without.includes('runs'),
    ...(branch === undefined ? {} : { defaultBranch: branch }),
    ...(size === undefined ? {} : { sizeBytes: size }),
  };
  yield project;
  if (fieldAt(found, 'wiki_enabled') !== false && !isOff('wiki_access_level')) yield { ...common, name: `${name}.wiki`, id: `${id}.wiki`, cloneUrl: `${base}/${name}.wiki.git`, webUrl: `${base}/${name}/-/wikis`, wikiOf: name };
  if (fieldAt(found, 'snippets_enabled') === false || isOff('snippets_access_level')) return;
  try {
    for await (const page of api.pages(['projects', String(id), 'snippets'], PAGE)) {
      for (const snippet of listAt(page)) {
        const number = numberAt(snippet, 'id');
        if (number !== undefined) yield { ...common, name: `${name} snippet ${number}`, id: `snippet:${number}`, cloneUrl: `${base}/${name}/snippets/${number}.git`, webUrl: `${base}/${name}/-/snippets/${number}` };
      }
    }
  } catch (error) {
    if (!(error instanceof RestError)) throw error;
    gap({ what: `${name}: snippets`, reason: 'unreadable', detail: error.message });
  }
}
