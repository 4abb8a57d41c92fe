import { createGitHub, fieldAt, GitHubError, installationTokens, isFields, listAt, numberAt, textAt, type AppKey, type Fields, type GitHub, type TokenSource } from '../github/index.ts';
import { createHttp } from '../lib/http/index.ts';
import { WardenError, type Secret, type SkipReason } from '../model/index.ts';
import type { Forge, ForgeGap, ForgeRepository, ForgeText } from './forge.ts';
import { gitSide } from './git-side.ts';
import { withStamps } from './github-stamps.ts';
import { githubRunItems, githubRuns } from './github-runs.ts';
import { githubTexts } from './github-texts.ts';
import type { ForgeSetup } from './open.ts';

/** A limit of an hour is waited for: the run is of the night. */
const MAX_PAUSE_MS = 3_700_000;
/** 100 repositories a page. */
const MAX_PAGES = 1000;

export type GitHubLogin = { readonly token?: Secret } | { readonly app: Omit<AppKey, 'owner'> };

/** What an owner (`acme`), or one repository (`acme/app`), has at GitHub. */
export function githubForge(name: string, apiUrl: URL, login: GitHubLogin, setup: ForgeSetup): Forge {
  const { userAgent, proxy, now, sleep, signal, makeSecret } = setup;
  const http = createHttp({ userAgent, proxy });
  let requests = 0;
  const counted = { ...http, send: (...given: Parameters<typeof http.send>) => ((requests += 1), http.send(...given)) };
  const shared = { apiUrl, http: counted, now, sleep, maxPauseMs: setup.maxPauseMs ?? MAX_PAUSE_MS, signal };
  const [owner = '', single] = name.split('/');
  const tokens: TokenSource | Secret | undefined = 'app' in login ? installationTokens({ ...login.app, owner }, shared, makeSecret) : login.token;
  const api = createGitHub({ ...shared, ...(tokens === undefined ? {} : { token: tokens }) });
  const tokenNow = async (): Promise<Secret | undefined> => (typeof tokens === 'function' ? tokens() : tokens);
  const allowPrivate = apiUrl.hostname !== 'api.github.com';
  const gitOrigin = allowPrivate ? apiUrl.origin : 'https://github.com';

  return {
    target: `github:${name}`,
    repositories: (gap) => withStamps(api, single === undefined ? ofOwner(api, owner, gitOrigin, gap) : ofOne(api, owner, single, gitOrigin)),
    ...gitSide({ http, user: 'x-access-token', tokenNow, allowPrivate, maxPauseMs: shared.maxPauseMs }, setup),
    texts: (repository, gap): AsyncGenerator<ForgeText> => githubTexts(api, repository, gap),
    github: api,
    runs: (repository, wanted) => githubRuns(api, repository, wanted),
    runItems: (repository, run, wanted, links) => githubRunItems(api, repository, run, wanted, links),
    requests: () => requests,
    close: () => http.close(),
  };
}

async function* ofOwner(api: GitHub, owner: string, origin: string, gap: (gap: ForgeGap) => void): AsyncGenerator<ForgeRepository> {
  const { value } = await api.call('users/get-by-username', { username: owner });
  const isOrganization = textAt(value, 'type') === 'Organization';
  // A list that changes while it is read may show one twice.
  const seen = new Set<string>();
  const pages = isOrganization ? api.pages('repos/list-for-org', { org: owner, type: 'all', sort: 'full_name' }, MAX_PAGES) : api.pages('repos/list-for-user', { username: owner, type: 'owner', sort: 'full_name' }, MAX_PAGES);
  try {
    for await (const page of pages) {
      for (const found of listAt(page)) {
        const id = String(numberAt(found, 'id') ?? '');
        if (id !== '' && seen.has(id)) continue;
        seen.add(id);
        yield* withWiki(found, origin, gap);
      }
    }
  } catch (error) {
    // What is known by now is worth a night's run, which says that it saw less.
    if (!(error instanceof GitHubError) || seen.size === 0) throw error;
    gap({ what: `github:${owner}`, reason: 'unreadable', detail: error.message });
  }
  const visible = seen.size;
  const claimed = (numberAt(value, 'public_repos') ?? 0) + (numberAt(value, 'total_private_repos') ?? 0);
  if (isOrganization && visible < claimed) gap({ what: `github:${owner}`, reason: 'unreadable', detail: `the organisation says that it has ${claimed} repositories, and this token is shown ${visible}` });
  yield* gistsOf(api, owner, isOrganization, origin, gap);
}

async function* ofOne(api: GitHub, owner: string, repo: string, origin: string): AsyncGenerator<ForgeRepository> {
  const { value } = await api.call('repos/get', { owner, repo });
  if (!isFields(value)) throw new WardenError('GITHUB_MALFORMED', `GitHub's answer for ${owner}/${repo} is no repository`);
  yield* withWiki(value, origin, (gap) => {
    throw new WardenError('GITHUB_MALFORMED', `${gap.what}: ${gap.detail}`);
  });
}

function* withWiki(found: Fields, origin: string, gap: (gap: ForgeGap) => void): Generator<ForgeRepository> {
  const repository = repositoryOf(found, origin);
  if ('reason' in repository) {
    gap(repository);
    return;
  }
  yield repository;
  if (fieldAt(found, 'has_wiki') === true) {
    const { isEmpty: _, texts: __, sizeBytes: ___, runs: ____, ...rest } = repository;
    yield { ...rest, name: `${repository.name}.wiki`, id: `${repository.id}.wiki`, cloneUrl: repository.cloneUrl.replace(/\.git$/, '.wiki.git'), webUrl: `${repository.webUrl}/wiki`, wikiOf: repository.name };
  }
}

/** Names are GitHub's: letters, digits, and few signs. Anything else might lead elsewhere, and is none. */
const FULL_NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}\/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/;

function repositoryOf(found: Fields, origin: string): ForgeRepository | ForgeGap {
  const name = textAt(found, 'full_name') ?? '';
  const id = numberAt(found, 'id');
  const reason: SkipReason = 'unreadable';
  if (!FULL_NAME.test(name) || id === undefined) return { what: 'a repository in the list', reason, detail: 'GitHub gives it a name or number that cannot be one' };
  if (fieldAt(found, 'disabled') === true) return { what: name, reason, detail: 'GitHub has disabled it' };
  const said = textAt(found, 'visibility');
  const visibility = said === 'public' || said === 'internal' || said === 'private' ? said : fieldAt(found, 'private') === false ? 'public' : 'private';
  const size = numberAt(found, 'size');
  const branch = textAt(found, 'default_branch');
  return {
    name,
    id: String(id),
    cloneUrl: `${origin}/${name}.git`,
    webUrl: `${origin}/${name}`,
    visibility,
    isArchived: fieldAt(found, 'archived') === true,
    isFork: fieldAt(found, 'fork') === true,
    texts: true,
    runs: true,
    ...(branch === undefined ? {} : { defaultBranch: branch }),
    ...(size === undefined ? {} : { sizeBytes: size * 1024 }),
  };
}

/** Gists belong to people; an organisation has none. */
async function* gistsOf(api: GitHub, owner: string, isOrganization: boolean, origin: string, gap: (gap: ForgeGap) => void): AsyncGenerator<ForgeRepository> {
  if (isOrganization) return;
  try {
    for await (const page of api.pages('gists/list-for-user', { username: owner }, MAX_PAGES)) {
      for (const found of listAt(page)) {
        const id = textAt(found, 'id') ?? '';
        const pull = URL.parse(textAt(found, 'git_pull_url') ?? '');
        const expected = origin === 'https://github.com' ? 'https://gist.github.com' : origin;
        if (!/^[0-9a-f]{20,40}$/.test(id) || pull === null || pull.origin !== expected) gap({ what: 'a gist in the list', reason: 'unreadable', detail: 'GitHub gives it a number or an address that cannot be one' });
        else yield { name: `gist:${id}`, id: `gist:${id}`, cloneUrl: pull.href, webUrl: `${expected}/${owner}/${id}`, visibility: fieldAt(found, 'public') === true ? 'public' : 'private', isArchived: false, isFork: false, texts: numberAt(found, 'comments') !== 0 };
      }
    }
  } catch (error) {
    if (!(error instanceof GitHubError)) throw error;
    gap({ what: `gists of ${owner}`, reason: 'unreadable', detail: error.message });
  }
}
