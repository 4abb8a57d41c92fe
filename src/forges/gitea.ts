import { fieldAt, isFields, listAt, numberAt, textAt, type Fields } from '../github/index.ts';
import { createHttp } from '../lib/http/index.ts';
import { WardenError, type Secret } from '../model/index.ts';
import type { Forge, ForgeGap, ForgeRepository } from './forge.ts';
import { gitSide } from './git-side.ts';
import { giteaRunItems, giteaRuns } from './gitea-runs.ts';
import { giteaTexts } from './gitea-texts.ts';
import type { ForgeSetup } from './open.ts';
import { createRest, RestError, type Rest } from './rest.ts';

const MAX_PAUSE_MS = 3_700_000;
/** The largest page that a server allows unless it was told otherwise. */
const PAGE = { limit: 50 };

/** What an organisation or user (`acme`), or one repository (`acme/app`), has at a Gitea or Forgejo. `url`: the server's own, as people open it. */
export function giteaForge(name: string, url: URL, token: Secret | undefined, setup: ForgeSetup): Forge {
  const { userAgent, proxy } = setup;
  const http = createHttp({ userAgent, proxy });
  let requests = 0;
  const counted = { ...http, send: (...given: Parameters<typeof http.send>) => ((requests += 1), http.send(...given)) };
  const base = url.href.replace(/\/$/, '');
  const api = createRest({ ...setup, server: 'Gitea', apiUrl: new URL(`${base}/api/v1`), token, authorize: (own) => ({ authorization: `token ${own}` }), allowPrivate: true, http: counted, limits: { requestsPerSecond: 20, concurrency: 4 } });
  const [owner = '', single] = name.split('/');
  return {
    target: `gitea:${name}`,
    repositories: (gap) => (single === undefined ? ofOwner(api, owner, base, gap) : ofOne(api, owner, single, base, gap)),
    ...gitSide({ http, user: 'oauth2', tokenNow: () => Promise.resolve(token), allowPrivate: true, maxPauseMs: setup.maxPauseMs ?? MAX_PAUSE_MS }, setup),
    texts: (repository, gap) => giteaTexts(api, repository, gap),
    runs: (repository, wanted) => giteaRuns(api, repository, wanted),
    runItems: (repository, run, wanted) => giteaRunItems(api, repository, run, wanted),
    requests: () => requests,
    close: () => http.close(),
  };
}

async function* ofOwner(api: Rest, owner: string, base: string, gap: (gap: ForgeGap) => void): AsyncGenerator<ForgeRepository> {
  const isOrganization = await api.get(['orgs', owner]).then(
    () => true,
    (error: unknown) => {
      if (error instanceof RestError && error.trouble === 'not-found') return false;
      throw error;
    },
  );
  const seen = new Set<number>();
  for await (const page of api.pages([isOrganization ? 'orgs' : 'users', owner, 'repos'], PAGE)) {
    for (const found of listAt(page)) {
      const id = numberAt(found, 'id');
      if (id !== undefined && seen.has(id)) continue;
      if (id !== undefined) seen.add(id);
      yield* withWiki(found, base, gap);
    }
  }
}

async function* ofOne(api: Rest, owner: string, repo: string, base: string, gap: (gap: ForgeGap) => void): AsyncGenerator<ForgeRepository> {
  const { value } = await api.get(['repos', owner, repo]);
  if (!isFields(value)) throw new WardenError('FORGE_MALFORMED', `Gitea's answer for ${owner}/${repo} is no repository`);
  yield* withWiki(value, base, gap);
}

/** Letters, digits, and few signs (Gitea's `AlphaDashDot`). */
const FULL_NAME = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,99}\/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/;

const PARTS = [['issues', 'has_issues'], ['pulls', 'has_pull_requests'], ['releases', 'has_releases'], ['runs', 'has_actions']] as const;

function* withWiki(found: Fields, base: string, gap: (gap: ForgeGap) => void): Generator<ForgeRepository> {
  const name = textAt(found, 'full_name') ?? '';
  const id = numberAt(found, 'id');
  if (!FULL_NAME.test(name) || id === undefined) return gap({ what: 'a repository in the list', reason: 'unreadable', detail: 'Gitea gives it a name or number that cannot be one' });
  const [branch, size] = [textAt(found, 'default_branch'), numberAt(found, 'size')];
  const without = PARTS.filter(([, field]) => fieldAt(found, field) === false).map(([part]) => part);
  const common = {
    visibility: fieldAt(found, 'internal') === true ? ('internal' as const) : fieldAt(found, 'private') === false ? ('public' as const) : ('private' as const),
    isArchived: fieldAt(found, 'archived') === true,
    isFork: fieldAt(found, 'fork') === true,
  };
  yield {
    ...common,
    name,
    id: String(id),
    cloneUrl: `${base}/${name}.git`,
    webUrl: `${base}/${name}`,
    isEmpty: fieldAt(found, 'empty') === true,
    without,
    texts: !(['issues', 'pulls', 'releases'] as const).every((part) => without.includes(part)),
    runs: !without.includes('runs') || !without.includes('releases'),
    ...(branch === undefined || branch === '' ? {} : { defaultBranch: branch }),
    ...(size === undefined ? {} : { sizeBytes: size * 1024 }),
  };
  if (fieldAt(found, 'has_wiki') === true && fieldAt(found, 'external_wiki') === undefined) yield { ...common, name: `${name}.wiki`, id: `${id}.wiki`, cloneUrl: `${base}/${name}.wiki.git`, webUrl: `${base}/${name}/wiki`, wikiOf: name };
}
