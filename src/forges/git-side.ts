import { createHostQueue, hostOf, type Http } from '../lib/http/index.ts';
import type { Secret } from '../model/index.ts';
import type { Forge } from './forge.ts';
import { basicAuthorization, gitAccessTo, type GitUser } from './git-access.ts';
import type { ForgeSetup } from './open.ts';
import { readRefs } from './refs.ts';

const MAX_REFS_BYTES = 256 * 1024 * 1024;
const REFS_TIMEOUT_MS = 60_000;
const LIMITS = { requestsPerSecond: 30, concurrency: 8 };

export interface GitSide {
  readonly http: Http;
  readonly user: GitUser;
  readonly tokenNow: () => Promise<Secret | undefined>;
  readonly allowPrivate: boolean;
  readonly maxPauseMs: number;
}

/** What a forge's git server is asked: the same at all of them. */
export function gitSide({ http, user, tokenNow, allowPrivate, maxPauseMs }: GitSide, { now, sleep, signal, proxy, userAgent }: ForgeSetup): Pick<Forge, 'refs' | 'gitAccess'> {
  const queue = createHostQueue({ now, sleep, maxPauseMs });
  return {
    async refs({ cloneUrl }) {
      const url = new URL(`${cloneUrl}/info/refs?service=git-upload-pack`);
      const token = await tokenNow();
      const headers = { accept: '*/*', ...(token === undefined ? {} : { authorization: basicAuthorization(user, token) }) };
      const outcome = await queue.run(hostOf(url), LIMITS, () => http.send({ method: 'GET', url, headers }, { allowPrivate, allowedHosts: [hostOf(url)], secrets: [], maxBodyBytes: MAX_REFS_BYTES, timeoutMs: REFS_TIMEOUT_MS, signal }), signal);
      return readRefs(outcome);
    },
    gitAccess: async ({ cloneUrl }) => gitAccessTo({ url: new URL(cloneUrl), user, token: await tokenNow(), allowPrivate, proxy, userAgent }),
  };
}
