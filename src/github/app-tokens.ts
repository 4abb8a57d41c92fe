import { createPrivateKey, sign, type KeyObject } from 'node:crypto';
import { dateOf } from '../lib/http/index.ts';
import { WardenError, type Secret } from '../model/index.ts';
import { createGitHub, type GitHubSetup, type TokenSource } from './client.ts';
import { fieldAt, numberAt, textAt } from './reading.ts';
import { GitHubError } from './trouble.ts';

/** What makes tokens of a GitHub App. */
export interface AppKey {
  /** The App's client id, or its number. */
  readonly id: string;
  /** PEM, as GitHub gives it out. */
  readonly privateKey: Secret;
  /** Absent: the one of the owner. */
  readonly installation?: string;
  /** Organisation or user whose installation it is. */
  readonly owner: string;
}

/** GitHub refuses a JWT that lives longer than ten minutes, or was made in the future of its clock. */
const JWT_SECONDS = 540;
const CLOCK_SKEW_SECONDS = 60;
/** Less is the time that an answer takes. */
const TOLERATED_SKEW_MS = 30_000;
/** Another token is made when so much of an hour is left, so that none ends amid a long request. */
const SPARE_MS = 300_000;
const LIFETIME_PART = 0.25;

/**
 * Tokens of the App's installation, each made when the one before has not long to live, or was refused. Throws `GITHUB_APP_KEY`, and what
 * the client throws.
 */
export function installationTokens(app: AppKey, { token: _, ...setup }: GitHubSetup, makeSecret: (value: string) => Secret): TokenSource {
  const key = readKey(app.privateKey);
  // GitHub's clock counts: by ours, if it is wrong, it would take no JWT, and every token would seem to have ended.
  let skewMs = 0;
  const now = (): Date => new Date(setup.now().getTime() + skewMs);
  const http: GitHubSetup['http'] = {
    ...setup.http,
    async send(...given) {
      const outcome = await setup.http.send(...given);
      const theirs = outcome.ok ? dateOf(outcome.response) : undefined;
      if (theirs !== undefined) {
        const skew = theirs.getTime() - setup.now().getTime();
        skewMs = Math.abs(skew) > TOLERATED_SKEW_MS ? skew : 0;
      }
      return outcome;
    },
  };
  const api = createGitHub({ ...setup, http, token: () => Promise.resolve(makeSecret(jwtOf(app.id, key, now()))) });
  let installation = app.installation;
  let current: { readonly token: Secret; readonly until: number } | undefined;
  let making: Promise<Secret> | undefined;

  const make = async (): Promise<Secret> => {
    installation ??= await findInstallation();
    const { value } = await api.call('apps/create-installation-access-token', { installation_id: installation }, {});
    const text = textAt(value, 'token');
    const ends = Date.parse(textAt(value, 'expires_at') ?? '');
    if (text === undefined || Number.isNaN(ends)) throw new GitHubError('malformed', 'apps/create-installation-access-token', 'GitHub made a token for the App and did not say what it is, or until when');
    const token = makeSecret(text);
    const begins = now().getTime();
    current = { token, until: ends - Math.min(SPARE_MS, Math.max(0, ends - begins) * LIFETIME_PART) };
    return token;
  };

  const findInstallation = async (): Promise<string> => {
    const found = await api.call('apps/get-org-installation', { org: app.owner }).catch((error: unknown) => {
      if (error instanceof GitHubError && error.trouble === 'not-found') return api.call('apps/get-user-installation', { username: app.owner });
      throw error;
    });
    const id = numberAt(found.value, 'id');
    if (id === undefined || (fieldAt(found.value, 'suspended_at') ?? null) !== null) throw new WardenError('GITHUB_APP_SUSPENDED', `the GitHub App is suspended for ${app.owner}, or its installation has no number`, { hint: 'look at the installed Apps of the organisation' });
    return String(id);
  };

  return (refused) => {
    if (making !== undefined) return making;
    if (current !== undefined && current.token !== refused && now().getTime() < current.until) return Promise.resolve(current.token);
    making = make().finally(() => {
      making = undefined;
    });
    return making;
  };
}

function readKey(secret: Secret): KeyObject {
  try {
    return createPrivateKey(secret.reveal().replaceAll('\\n', '\n'));
  } catch {
    // Nothing of the cause is told: parsers quote what they read.
    throw new WardenError('GITHUB_APP_KEY', 'the private key of the GitHub App is no PEM key', { hint: 'put the text of the .pem file that GitHub gave out into TOKENWARDEN_GITHUB_APP_KEY' });
  }
}

/** RS256 (RFC 7515 section 3), as "Generating a JSON Web Token for a GitHub App" has it. */
function jwtOf(issuer: string, key: KeyObject, now: Date): string {
  const seconds = Math.floor(now.getTime() / 1000);
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg: 'RS256', typ: 'JWT' })}.${part({ iat: seconds - CLOCK_SKEW_SECONDS, exp: seconds + JWT_SECONDS, iss: issuer })}`;
  return `${text}.${sign('RSA-SHA256', Buffer.from(text), key).toString('base64url')}`;
}
