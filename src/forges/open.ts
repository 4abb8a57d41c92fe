import { setTimeout as delay } from 'node:timers/promises';
import { apiBase } from '../github/index.ts';
import type { ProxyEnvironment } from '../lib/http/index.ts';
import { printable } from '../lib/printable.ts';
import { WardenError, type Secret } from '../model/index.ts';
import type { Forge } from './forge.ts';
import { githubForge, type GitHubLogin } from './github.ts';

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

/** `github:ORG`, `github:USER` or `github:OWNER/REPO`. */
const TARGET = /^(github):([A-Za-z0-9][A-Za-z0-9_-]{0,99}(?:\/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100})?)$/;

/** Whether a target of the command line means a forge. */
export function isForgeTarget(text: string): boolean {
  return /^github:/.test(text);
}

/** The name in a target. Throws `USAGE_FORGE_TARGET`. */
export function requireForgeTarget(target: string): string {
  const [, , name = ''] = TARGET.exec(target) ?? [];
  if (name === '') throw new WardenError('USAGE_FORGE_TARGET', `${printable(target)} names no owner or repository`, { hint: 'write github:ORG, github:USER or github:OWNER/REPO' });
  return name;
}

/** What the environment says of how to log in. */
export type Env = Readonly<Record<string, string | undefined>>;

/**
 * The forge of a target, with the credentials of the environment: a GitHub App (`TOKENWARDEN_GITHUB_APP_ID`, `…_APP_KEY`, `…_APP_INSTALLATION`) or a
 * token (`TOKENWARDEN_GITHUB_TOKEN`, `GH_TOKEN`, `GITHUB_TOKEN`); `GITHUB_API_URL` names a GitHub Enterprise Server. Sends nothing.
 * Throws `USAGE_FORGE_TARGET`, `GITHUB_API_URL`, `GITHUB_APP_KEY`.
 */
export function openForge(target: string, env: Env, setup: Omit<ForgeSetup, 'sleep'>): Forge {
  const name = requireForgeTarget(target);
  const full: ForgeSetup = {
    ...setup,
    sleep: async (milliseconds, signal) => {
      await delay(milliseconds, undefined, signal === undefined ? {} : { signal });
    },
  };
  return githubForge(name, apiBase(env['GITHUB_API_URL']), githubLogin(env, setup.makeSecret), full);
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
