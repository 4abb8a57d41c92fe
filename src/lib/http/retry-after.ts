import type { HttpResponse } from '../../model/index.ts';

/** Longer waits are taken as this one: a hostile `Retry-After` must not overflow anything. */
const MAX_SECONDS = 86_400;

/** Seconds until the server wants to be asked again. `Retry-After` is seconds or an HTTP date (RFC 9110 section 10.2.3). */
export function readRetryAfter(value: string | undefined, now: Date): number | undefined {
  if (value === undefined) return undefined;
  const text = value.trim();
  if (/^\d+$/.test(text)) return Math.min(Number(text), MAX_SECONDS);
  if (!/^[A-Za-z]{3,9},? /.test(text)) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.min(Math.max(0, Math.ceil((at - now.getTime()) / 1000)), MAX_SECONDS);
}

/**
 * Whether an answer means "later": 429; 403 or 503 with `Retry-After`; 403 with an exhausted `x-ratelimit-remaining`
 * (GitHub, Okta and others; reset is epoch seconds). It says nothing of the credential.
 */
export function readThrottling(response: HttpResponse, ours: Date): { readonly retryAfterSeconds?: number } | undefined {
  const now = dateOf(response) ?? ours;
  const after = readRetryAfter(response.headers['retry-after'], now) ?? readReset(response.headers['x-ratelimit-reset'], now);
  const exhausted = response.headers['x-ratelimit-remaining']?.trim() === '0';
  const later =
    response.status === 429 ||
    (response.status === 403 && (exhausted || response.headers['retry-after'] !== undefined)) ||
    (response.status === 503 && response.headers['retry-after'] !== undefined);
  if (!later) return undefined;
  return after === undefined ? {} : { retryAfterSeconds: after };
}

/** The server's clock, by which it says when: ours may be wrong. */
export function dateOf({ headers }: Pick<HttpResponse, 'headers'>): Date | undefined {
  const text = headers['date'];
  const at = text !== undefined && /^[A-Za-z]{3}, /.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : new Date(at);
}

function readReset(value: string | undefined, now: Date): number | undefined {
  if (value === undefined || !/^\d{9,11}$/.test(value.trim())) return undefined;
  return Math.min(Math.max(0, Number(value.trim()) - Math.floor(now.getTime() / 1000)), MAX_SECONDS);
}
