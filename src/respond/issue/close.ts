import type { Introspection } from '../../model/index.ts';
import { said } from '../apply/prove.ts';
import type { Closed, IssueDeps, Obtained } from './types.ts';

/** Waits before each question whether it is dead. Milliseconds. */
const PROOF_DELAYS_MS: readonly number[] = [0, 500, 2000];

/**
 * Ends a credential and asks whether it is dead. `revoked` is said of nothing else: where the issuer cannot end one credential, the
 * record says when it expires, and where it does not confirm, that it was requested.
 */
export async function close(obtained: Pick<Obtained, 'id' | 'store' | 'ending' | 'held' | 'expiresAt'>, deps: Pick<IssueDeps, 'door' | 'ledger' | 'storage' | 'sleep'>): Promise<Closed> {
  const { id, store, ending, held, expiresAt } = obtained;
  if (ending === 'expires') {
    deps.ledger('issue.expires', { issue: id, store, ...(expiresAt === undefined ? {} : { expiresAt: expiresAt.toISOString() }) });
    return { status: 'expires', at: expiresAt };
  }
  deps.ledger('issue.revoking', { issue: id, store });
  const answer = await deps.door.revoke(store, held);
  let proof: Introspection | undefined;
  for (const delay of PROOF_DELAYS_MS) {
    if (delay > 0) await deps.sleep(delay);
    proof = await deps.door.ask(store, held);
    if (proof.status === 'inactive' || proof.status === 'notAttempted') break;
  }
  if (proof?.status === 'inactive') {
    deps.ledger('issue.revoked', { issue: id, store, confirmedBy: said(proof) });
    deps.storage.forget(id);
    return { status: 'revoked', confirmedBy: proof };
  }
  const now = proof?.status === 'active' ? 'the issuer still calls it active' : 'the issuer does not say that it is dead';
  const detail = `${answer.status === 'accepted' ? 'the issuer took the request' : answer.detail}, but ${now}`;
  deps.ledger('issue.requested', { issue: id, store, detail, ...(expiresAt === undefined ? {} : { expiresAt: expiresAt.toISOString() }) });
  return { status: 'requested', detail };
}
