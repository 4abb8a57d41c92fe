import { admitHost, type ProxyEnvironment } from '../lib/http/index.ts';
import type { Secret } from '../model/index.ts';
import type { GitAccess } from './forge.ts';

/** User name beside the token, as each forge wants it. */
export type GitUser = 'x-access-token' | 'oauth2';

/** `Authorization` for git over HTTP: RFC 7617. */
export function basicAuthorization(user: GitUser, token: Secret): string {
  return `Basic ${Buffer.from(`${user}:${token.reveal()}`).toString('base64')}`;
}

export interface GitAccessOptions {
  readonly url: URL;
  readonly user: GitUser;
  readonly token: Secret | undefined;
  readonly allowPrivate: boolean;
  readonly proxy: ProxyEnvironment;
  readonly userAgent: string;
}

/**
 * Environment of a git that fetches: the token as a header of this one host (`GIT_CONFIG_*`, so that it is in no argument, URL or file), the
 * addresses that were judged, and no other protocol, redirect or prompt.
 */
export async function gitAccessTo({ url, user, token, allowPrivate, proxy, userAgent }: GitAccessOptions): Promise<GitAccess> {
  const admitted = await admitHost(url, allowPrivate, proxy);
  if (!admitted.ok) return admitted;
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const settings: (readonly [string, string])[] = [
    ['http.followRedirects', 'false'],
    ['http.userAgent', userAgent],
    ['http.proxy', admitted.proxy?.href ?? ''],
    ['credential.helper', ''],
    ['core.askPass', ''],
    ...(token === undefined ? [] : [[`http.${url.origin}/.extraHeader`, `Authorization: ${basicAuthorization(user, token)}`] as const]),
    ...(admitted.addresses.length === 0 ? [] : [['http.curloptResolve', `${host}:${port}:${admitted.addresses.map((address) => (address.includes(':') ? `[${address}]` : address)).join(',')}`] as const]),
  ];
  return {
    ok: true,
    environment: {
      GIT_ALLOW_PROTOCOL: url.protocol.replace(':', ''),
      GIT_CONFIG_COUNT: String(settings.length),
      ...Object.fromEntries(settings.flatMap(([key, value], index) => [[`GIT_CONFIG_KEY_${index}`, key], [`GIT_CONFIG_VALUE_${index}`, value]])),
    },
  };
}
