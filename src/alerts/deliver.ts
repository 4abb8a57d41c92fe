import { createHmac } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { hostOf, type Http } from '../lib/http/index.ts';

export interface Deliver {
  readonly url: URL;
  readonly body: string;
  /** Equal for all attempts at one message, so that a receiver can drop what it has. */
  readonly id: string;
  readonly key?: string;
  /** Loopback and private addresses, and plain http to them. */
  readonly allowPrivate: boolean;
  /** Asked before each attempt; a reason ends it. */
  readonly whyNot?: () => string | undefined;
  readonly now: () => Date;
  readonly signal?: AbortSignal;
  /** Before the second and third attempt. */
  readonly waitsMs?: readonly number[];
}

export type Delivered = { readonly ok: true } | { readonly ok: false; readonly why: string };

const WAITS_MS = [1000, 5000];
const MOST_WAIT_MS = 30_000;

/**
 * Posts one message, three times at most: again only after trouble that may pass (no answer, 429, 5xx). With a key, the header
 * `x-tokenwarden-signature` is `v1=` and the HMAC-SHA-256 in hex of `x-tokenwarden-timestamp` (seconds since 1970), a dot and the body. Never throws,
 * and neither the address nor the answer is in what it says.
 */
export async function deliver(http: Pick<Http, 'send'>, { url, body, id, key, allowPrivate, whyNot, now, signal, waitsMs = WAITS_MS }: Deliver): Promise<Delivered> {
  for (let attempt = 0; ; attempt += 1) {
    const refused = whyNot?.();
    if (refused !== undefined) return { ok: false, why: refused };
    const { why, isForGood, afterMs = 0 } = await postOnce(http, { url, body, allowPrivate, headers: headersOf(body, id, key, now()), ...(signal === undefined ? {} : { signal }) });
    if (why === undefined) return { ok: true };
    const waitMs = waitsMs[attempt];
    if (isForGood || waitMs === undefined) return { ok: false, why };
    await delay(Math.min(Math.max(waitMs, afterMs), MOST_WAIT_MS), undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
    if (signal?.aborted === true) return { ok: false, why };
  }
}

interface Ended {
  readonly why?: string;
  readonly isForGood: boolean;
  readonly afterMs?: number;
}

async function postOnce(http: Pick<Http, 'send'>, { url, body, headers, allowPrivate, signal }: { readonly url: URL; readonly body: string; readonly headers: Readonly<Record<string, string>>; readonly allowPrivate: boolean; readonly signal?: AbortSignal }): Promise<Ended> {
  try {
    const outcome = await http.send({ method: 'POST', url, headers, body }, { allowPrivate, allowedHosts: [hostOf(url)], secrets: [], ...(signal === undefined ? {} : { signal }) });
    if (!outcome.ok) return { why: outcome.why, isForGood: outcome.why === 'refused-address' || outcome.why === 'redirect' };
    const { status, headers: answered } = outcome.response;
    if (status < 300) return { isForGood: true };
    const after = Number(answered['retry-after']);
    return { why: `HTTP ${status}`, isForGood: status !== 429 && status < 500, ...(after > 0 ? { afterMs: after * 1000 } : {}) };
  } catch (error) {
    // A mistake in the address, or the run was stopped: both stay.
    return { why: error instanceof Error ? error.name : 'error', isForGood: true };
  }
}

function headersOf(body: string, id: string, key: string | undefined, now: Date): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(now.getTime() / 1000));
  return {
    'content-type': 'application/json',
    'x-tokenwarden-delivery': id,
    ...(key === undefined ? {} : { 'x-tokenwarden-timestamp': timestamp, 'x-tokenwarden-signature': `v1=${createHmac('sha256', key).update(`${timestamp}.${body}`).digest('hex')}` }),
  };
}
