import type { Action, Credential, Introspection } from '../../model/index.ts';
import { hiding, nameOf } from './hidden.ts';
import type { ApplyDeps } from './types.ts';

/** Waits before each question; issuers need a moment until a revocation is everywhere. Milliseconds. */
export const PROOF_DELAYS_MS: readonly number[] = [0, 1000, 2000, 5000];
const MAX_WAIT_MS = 30_000;

/** One question. Trouble of the asker is an answer too: it is not known. */
export async function askOnce(credential: Credential, action: Action, deps: Pick<ApplyDeps, 'ask' | 'now'>): Promise<Introspection> {
  try {
    return hiding(credential)(await deps.ask(credential, action));
  } catch (error) {
    return { status: 'unknown', why: 'network', detail: `asking failed (${nameOf(error)})`, at: deps.now(), method: action.method };
  }
}

/** Asks until the issuer says inactive, or no delay is left; the last answer. Each answer is recorded. */
export async function prove(
  credential: Credential,
  action: Action,
  delays: readonly number[],
  deps: Pick<ApplyDeps, 'ask' | 'now' | 'sleep' | 'signal' | 'ledger'>,
): Promise<Introspection> {
  let answer: Introspection | undefined;
  for (const [index, delay] of delays.entries()) {
    const asked = answer?.status === 'unknown' ? (answer.retryAfterSeconds ?? 0) * 1000 : 0;
    const wait = Math.min(MAX_WAIT_MS, Math.max(delay, asked));
    if (wait > 0) await deps.sleep(wait, deps.signal).catch(() => undefined);
    if (answer !== undefined && deps.signal.aborted) return answer;
    answer = await askOnce(credential, action, deps);
    deps.ledger('apply.proof', { action: action.id, attempt: index + 1, ...said(answer) }, action.fingerprint);
    if (answer.status === 'inactive') return answer;
  }
  return answer ?? { status: 'unknown', why: 'ambiguous', detail: 'nobody was asked', at: deps.now(), method: action.method };
}

/** What of an answer goes into the ledger. */
export function said(answer: Introspection): Readonly<Record<string, unknown>> {
  const { status, method, store, host } = answer;
  const detail = status === 'active' ? {} : status === 'inactive' ? { reason: answer.reason } : { why: answer.why, detail: answer.detail };
  return { status, method, ...(store === undefined ? {} : { store }), ...(host === undefined ? {} : { host }), ...detail };
}
