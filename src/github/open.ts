import { setTimeout as delay } from 'node:timers/promises';
import type { ProxyEnvironment } from '../lib/http/index.ts';
import { WardenError, type Secret } from '../model/index.ts';
import { createGitHub, type GitHub, type TokenSource } from './client.ts';

export interface OpenGitHub {
  /** `GITHUB_API_URL` of a workflow, or what people configure; default github.com's. */
  readonly apiUrl?: string;
  readonly token?: Secret | TokenSource;
  readonly userAgent: string;
  readonly proxy: ProxyEnvironment;
  readonly now: () => Date;
  readonly signal?: AbortSignal;
  readonly maxPauseMs?: number;
}

/** The API with a client of its own, which is loaded here: a run that does not need GitHub pays nothing. Throws `GITHUB_API_URL`. */
export async function openGitHub({ apiUrl, proxy, userAgent, ...setup }: OpenGitHub): Promise<GitHub & { readonly close: () => Promise<void> }> {
  const base = apiBase(apiUrl);
  const { createHttp } = await import('../lib/http/index.ts');
  const http = createHttp({ userAgent, proxy });
  const sleep = async (milliseconds: number, signal?: AbortSignal): Promise<void> => {
    await delay(milliseconds, undefined, signal === undefined ? {} : { signal });
  };
  return { ...createGitHub({ ...setup, apiUrl: base, http, sleep }), close: http.close };
}

/** The API's base URL. `https://github.com` and a bare Enterprise Server (`https://HOST`) are taken to mean their APIs. */
export function apiBase(text: string | undefined): URL {
  if (text === undefined || text === '') return new URL('https://api.github.com');
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new WardenError('GITHUB_API_URL', 'the address of GitHub\'s API is no plain http(s) URL', { hint: 'GITHUB_API_URL looks like https://api.github.com or https://HOST/api/v3' });
  }
  if (url.hostname === 'github.com' || url.hostname === 'www.github.com') return new URL('https://api.github.com');
  const isBareServer = url.pathname === '/' && !url.hostname.startsWith('api.') && url.protocol === 'https:';
  return isBareServer ? new URL('/api/v3', url) : url;
}
