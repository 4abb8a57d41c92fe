import { setTimeout as delay } from 'node:timers/promises';
import { apiBase } from '../github/index.ts';
import type { ProxyEnvironment } from '../lib/http/index.ts';
import { printable } from '../lib/printable.ts';
import { WardenError, type Secret } from '../model/index.ts';
import type { Forge } from './forge.ts';
import { giteaForge } from './gitea.ts';
import { githubForge, type GitHubLogin } from './github.ts';
import { gitlabForge } from './gitlab.ts';

export interface ForgeSetup {
  readonly userAgent: string;
  readonly proxy: ProxyEnvironment;
  readonly now: () => Date;
  readonly sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  readonly signal: AbortSignal;
  readonly makeSecret: (value: string) => Secret;
  /** How long a pause that a server asks for is waited. Default: a little more than an hour. */
  readonly maxPauseMs?: number;
}

export type ForgeKind = 'github' | 'gitlab' | 'gitea';

const KINDS: Readonly<Record<ForgeKind, { readonly name: RegExp; readonly forms: string }>> = {
  github: { name: /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}(?:\/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100})?$/, forms: 'github:ORG, github:USER or github:OWNER/REPO' },
  gitlab: { name: /^(?:[A-Za-z0-9_][A-Za-z0-9._-]{0,254}\/){0,20}[A-Za-z0-9_][A-Za-z0-9._-]{0,254}$/, forms: 'gitlab:GROUP, gitlab:GROUP/PROJECT or gitlab:USER' },
  gitea: { name: /^[A-Za-z0-9_][A-Za-z0-9._-]{0,99}(?:\/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100})?$/, forms: 'gitea:OWNER or gitea:OWNER/REPO' },
};

/** Whether a target of the command line means a forge. */
export function isForgeTarget(text: string): boolean {
  return /^(?:github|gitlab|gitea):/.test(text);
}

/** Which forge a target means, and the name there. Throws `USAGE_FORGE_TARGET`. */
export function requireForgeTarget(target: string): { readonly kind: ForgeKind; readonly name: string } {
  const [, kind = '', name = ''] = /^(github|gitlab|gitea):(.*)$/s.exec(target) ?? [];
  const form = KINDS[kind as ForgeKind] as (typeof KINDS)[ForgeKind] | undefined;
  if (form?.name.test(name) !== true) throw new WardenError('USAGE_FORGE_TARGET', `${printable(target)} names no owner or repository`, { hint: `write ${form?.forms ?? Object.values(KINDS).map(({ forms }) => forms).join(', ')}` });
  return { kind: kind as ForgeKind, name };
}

/** What the environment says of how to log in. */
export type Env = Readonly<Record<string, string | undefined>>;

/**
 * The forge of a target, with the credentials of the environment. GitHub: an App (`TOKENWARDEN_GITHUB_APP_ID`, `…_APP_KEY`, `…_APP_INSTALLATION`) or a
 * token (`TOKENWARDEN_GITHUB_TOKEN`, `GH_TOKEN`, `GITHUB_TOKEN`); `GITHUB_API_URL` names an Enterprise Server. GitLab: `TOKENWARDEN_GITLAB_TOKEN`
 * or `GITLAB_TOKEN`; `GITLAB_URL` names a server of one's own. Gitea and Forgejo: `TOKENWARDEN_GITEA_TOKEN` or `GITEA_TOKEN`, and `GITEA_URL`. Sends nothing.
 * Throws `USAGE_FORGE_TARGET`, `GITHUB_API_URL`, `GITHUB_APP_KEY`, `FORGE_URL`.
 */
export function openForge(target: string, env: Env, setup: Omit<ForgeSetup, 'sleep'>): Forge {
  const { kind, name } = requireForgeTarget(target);
  const full: ForgeSetup = {
    ...setup,
    sleep: async (milliseconds, signal) => {
      await delay(milliseconds, undefined, signal === undefined ? {} : { signal });
    },
  };
  const tokenOf = (...names: readonly string[]): Secret | undefined => {
    const token = names.map((one) => env[one]).find(given);
    return token === undefined ? undefined : setup.makeSecret(token);
  };
  switch (kind) {
    case 'github':
      return githubForge(name, apiBase(env['GITHUB_API_URL']), githubLogin(env, setup.makeSecret), full);
    case 'gitlab':
      return gitlabForge(name, serverUrl('GITLAB_URL', given(env['GITLAB_URL']) ? env['GITLAB_URL'] : 'https://gitlab.com'), tokenOf('TOKENWARDEN_GITLAB_TOKEN', 'GITLAB_TOKEN'), full);
    case 'gitea':
      return giteaForge(name, serverUrl('GITEA_URL', env['GITEA_URL'] ?? ''), tokenOf('TOKENWARDEN_GITEA_TOKEN', 'GITEA_TOKEN'), full);
  }
}

/** Where a target's server is, for telling servers apart. Throws as `openForge` does. */
export function serverOf(target: string, env: Env): string {
  const { kind } = requireForgeTarget(target);
  if (kind === 'github') return apiBase(env['GITHUB_API_URL']).href;
  return kind === 'gitlab' ? serverUrl('GITLAB_URL', given(env['GITLAB_URL']) ? env['GITLAB_URL'] : 'https://gitlab.com').href : serverUrl('GITEA_URL', env['GITEA_URL'] ?? '').href;
}

/** As people open it; a path is of a server that lies below one. */
function serverUrl(variable: string, text: string): URL {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new WardenError('FORGE_URL', `${variable} is ${text === '' ? 'not set' : 'no plain http(s) URL'}`, { hint: `set ${variable} to the address of the server, such as https://git.example.com` });
  }
  return url;
}

function githubLogin(env: Env, makeSecret: (value: string) => Secret): GitHubLogin {
  const { TOKENWARDEN_GITHUB_APP_ID: id, TOKENWARDEN_GITHUB_APP_KEY: key, TOKENWARDEN_GITHUB_APP_INSTALLATION: installation } = env;
  if (given(id) && given(key)) return { app: { id, privateKey: makeSecret(key), ...(given(installation) ? { installation } : {}) } };
  if (given(id) !== given(key)) throw new WardenError('GITHUB_APP_KEY', 'of a GitHub App, both TOKENWARDEN_GITHUB_APP_ID and TOKENWARDEN_GITHUB_APP_KEY are needed, and one is missing');
  const token = [env['TOKENWARDEN_GITHUB_TOKEN'], env['GH_TOKEN'], env['GITHUB_TOKEN']].find(given);
  return token === undefined ? {} : { token: makeSecret(token) };
}

function given(text: string | undefined): text is string {
  return text !== undefined && text !== '';
}
