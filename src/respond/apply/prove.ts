import { formatInstant, isInstant } from '../../lib/instant.ts';
import { leavesAlive } from '../../model/index.ts';
import type { Action, Introspection } from '../../model/index.ts';
import type { Subject } from './subject.ts';
import type { ApplyDeps } from './types.ts';

/** Waits before each question; issuers need a moment until a revocation is everywhere. Milliseconds. */
export const PROOF_DELAYS_MS: readonly number[] = [0, 1000, 2000, 5000];
const MAX_WAIT_MS = 30_000;

/** Asks until the issuer says what the action wants, or no delay is left; the last answer. Each answer is recorded. */
export async function prove(subject: Subject, delays: readonly number[], deps: Pick<ApplyDeps, 'now' | 'sleep' | 'signal' | 'ledger'>): Promise<Introspection> {
  const { action } = subject;
  let answer: Introspection | undefined;
  for (const [index, delay] of delays.entries()) {
    const asked = answer?.status === 'unknown' ? (answer.retryAfterSeconds ?? 0) * 1000 : 0;
    const wait = Math.min(MAX_WAIT_MS, Math.max(delay, asked));
    if (wait > 0) await deps.sleep(wait, deps.signal).catch(() => undefined);
    if (answer !== undefined && deps.signal.aborted) return answer;
    answer = await subject.ask();
    deps.ledger('apply.proof', { action: action.id, attempt: index + 1, ...said(answer) }, action.fingerprint);
    if (isProof(answer, action)) return answer;
  }
  return answer ?? { status: 'unknown', why: 'ambiguous', detail: 'nobody was asked', at: deps.now(), method: action.method };
}

/** Issuers cut instants to seconds, and some count from when they were told. */
const SLACK_MS = 5_000;

/** Whether an answer says that an action is done: the token is dead, ends as early as was wanted (`shorten`), or may no more than was wanted (`narrow`). */
export function isProof(answer: Introspection, action: Action): boolean {
  if (answer.status === 'inactive') return true;
  if (answer.status !== 'active') return false;
  if (action.kind === 'narrow') return action.keep !== undefined && answer.facts.scopes !== undefined && answer.facts.scopes.every((scope) => action.keep?.includes(scope) === true);
  if (action.kind !== 'shorten' || action.until === undefined) return false;
  const { exp } = answer.facts;
  return exp instanceof Date && exp.getTime() <= Date.parse(action.until) + SLACK_MS;
}

/** What is otherwise than a limit meant it, though no worse: it died, or lost more than it was to lose. */
export function beyondLimit(answer: Introspection, action: Action): string | undefined {
  if (!leavesAlive(action)) return undefined;
  if (answer.status === 'inactive') return `it is dead now (${answer.reason}), and was to go on living`;
  const lost = answer.status === 'active' && action.kind === 'narrow' ? (action.keep ?? []).filter((scope) => answer.facts.scopes?.includes(scope) !== true) : [];
  return lost.length === 0 ? undefined : `it lost ${lost.join(', ')}, too, which it was to keep`;
}

/** What of an answer goes into the ledger. */
export function said(answer: Introspection): Readonly<Record<string, unknown>> {
  const { status, method, store, host } = answer;
  const detail = status === 'active' ? { ...(answer.facts.exp === undefined ? {} : { exp: isInstant(answer.facts.exp) ? formatInstant(answer.facts.exp) : 'never' }), ...(answer.facts.scopes === undefined ? {} : { scopes: answer.facts.scopes }) } : status === 'inactive' ? { reason: answer.reason } : { why: answer.why, detail: answer.detail };
  return { status, method, ...(store === undefined ? {} : { store }), ...(host === undefined ? {} : { host }), ...detail };
}
