import type { OpenGitHub } from '../github/index.ts';
import { Secret } from '../model/index.ts';
import type { Io } from './io.ts';
import { proxiesOf } from './proxies.ts';
import { VERSION } from './version.ts';

/** How GitHub is reached: the server of `GITHUB_API_URL`, as whoever `GITHUB_TOKEN` (or `GH_TOKEN`) stands for. */
export function githubAccess({ env, now }: Io): OpenGitHub {
  const token = env['GITHUB_TOKEN'] ?? env['GH_TOKEN'];
  return {
    ...(env['GITHUB_API_URL'] === undefined ? {} : { apiUrl: env['GITHUB_API_URL'] }),
    ...(token === undefined || token === '' ? {} : { token: new Secret(token, '', '********') }),
    userAgent: `tokenwarden/${VERSION}`,
    proxy: proxiesOf(env),
    now,
  };
}
