import { askFor, credentialOf, refused, told, waiting, write, type Phase, type Round } from './round.ts';
import type { RotationState } from './state.ts';

const nameOf = ({ id }: RotationState): string => `tokenwarden-${id}`;

/** Makes the replacement, if there is none yet, and sees that it works and is no broader than wanted. */
export const replace: Phase = async (round) => {
  const { deps } = round;
  if (round.state.issued === undefined) {
    const made = await make(round);
    if ('result' in made) return made;
    return check({ ...round, state: made.state });
  }
  return deps.vault.kept(round.state.id, 'new') === undefined && round.state.confirmedAt === undefined ? discard(round, 'what was kept of it does not open any more') : check(round);
};

const make: Phase = async (round) => {
  const { spec, deps, options } = round;
  let { state } = round;
  if (state.isAsked) {
    // A run ended between the question and the record of its answer.
    const kept = deps.vault.kept(state.id, 'new');
    if (kept !== undefined) {
      const tokenId = deps.vault.kept(state.id, 'new-id')?.reveal();
      write(round, 'issued', { ...(tokenId === undefined ? {} : { tokenId }), resumed: true });
      return { state: { ...state, isAsked: false, issued: tokenId === undefined ? {} : { tokenId } } };
    }
    const orphans = options.confirmLost ? [] : await deps.issuer.named(nameOf(state));
    if (orphans === undefined) return waiting('a replacement was asked for and the answer was lost: look at the issuer for one that nobody has, remove it, and run with --confirm-lost');
    for (const tokenId of orphans) {
      const answer = await deps.issuer.revokeById(tokenId);
      if (answer.status !== 'accepted') return waiting(`a replacement that nobody has could not be revoked (${tokenId}: ${answer.detail})`);
    }
    if (orphans.length > 0 && (await deps.issuer.named(nameOf(state)))?.length !== 0) return waiting('a replacement that nobody has was revoked, but the issuer still lists it');
    write(round, 'discarded', { why: 'its answer was lost', tokens: orphans, ...(options.confirmLost ? { confirmed: 'by a person' } : {}) });
    state = { ...state, isAsked: false };
  }
  const old = credentialOf(round, 'old');
  if (old === undefined) return refused('what was kept of the old one does not open any more: our own credentials at the store have changed');
  deps.onStep('making the replacement');
  write(round, 'intent', {});
  const { lifetimeMs } = spec;
  const made = await deps.issuer.rotate(old, { name: nameOf(state), ...(spec.scopes === undefined ? {} : { scopes: spec.scopes }), ...(lifetimeMs === undefined ? {} : { expiresAt: new Date(deps.now().getTime() + lifetimeMs) }) });
  if (made.status === 'refused') {
    write(round, 'refused', { detail: made.detail });
    write(round, 'abandoned', { why: 'no replacement was made' });
    deps.vault.forget(state.id);
    return refused(`the issuer made no replacement: ${made.detail}; the old one is as it was`);
  }
  if (made.status === 'uncertain') return waiting(`it is not certain whether a replacement was made (${made.detail}); run again`);
  const { tokenId } = made.facts;
  if (tokenId !== undefined) deps.vault.keep(state.id, 'new-id', deps.makeSecret(tokenId));
  deps.vault.keep(state.id, 'new', made.secret);
  write(round, 'issued', { ...(tokenId === undefined ? {} : { tokenId }), fingerprint: made.secret.fingerprint });
  return { state: { ...state, isAsked: false, issued: tokenId === undefined ? {} : { tokenId } } };
};

const check: Phase = async (round) => {
  const { state, spec, deps } = round;
  if (state.isChecked) return { state };
  const fresh = credentialOf(round, 'new');
  if (fresh === undefined) return discard(round, 'what was kept of it does not open any more');
  deps.onStep('asking about the replacement');
  const answer = await askFor('active', fresh, round);
  if (answer.status === 'inactive') return discard(round, `the issuer calls it inactive (${answer.reason})`);
  if (answer.status !== 'active') return waiting(`the issuer does not say that the replacement works (${told(answer)}); no consumer was touched`);
  const extra = state.scopes === undefined ? undefined : answer.facts.scopes?.find((scope) => !state.scopes?.includes(scope));
  if (extra !== undefined) return discard(round, `it may do more than was wanted (${extra})`);
  const { exp } = answer.facts;
  const latest = deps.now().getTime() + (spec.lifetimeMs ?? Infinity) + 60_000;
  if (spec.lifetimeMs !== undefined && (exp === 'never' || (exp instanceof Date && exp.getTime() > latest))) return discard(round, 'it lives longer than was wanted');
  write(round, 'checked', { ...(answer.facts.scopes === undefined ? {} : { scopes: answer.facts.scopes }), ...(exp instanceof Date ? { expiresAt: exp.toISOString() } : {}) });
  return { state: { ...state, isChecked: true } };
};

/** Ends a replacement that no consumer has. The old one was not touched. */
async function discard(round: Round, why: string): ReturnType<Phase> {
  const { state, deps, options } = round;
  if (state.stored.size > 0) return refused(`${why}, but consumers have it: look at both before anything else is done`);
  const fresh = credentialOf(round, 'new');
  const tokenId = state.issued?.tokenId;
  const answer = tokenId === undefined ? (fresh === undefined ? undefined : await deps.issuer.revoke(fresh)) : await deps.issuer.revokeById(tokenId);
  // That a request was taken is no proof; a person says so where nothing can be asked.
  const isDead = fresh === undefined ? tokenId !== undefined && (await deps.issuer.isListed(tokenId)) === false : (await askFor('inactive', fresh, round)).status === 'inactive';
  if (!isDead && !(options.confirmLost && fresh === undefined)) return waiting(`the replacement is not used, because ${why}; it is not known to be dead (${answer?.detail ?? 'nothing is known of it'})${fresh === undefined ? ': look at the issuer for it, remove it, and run with --confirm-lost' : ''}`);
  write(round, 'discarded', { why, ...(isDead ? {} : { confirmed: 'by a person' }) });
  write(round, 'abandoned', { why });
  deps.vault.forget(state.id);
  return refused(`the replacement was ended, because ${why}; the old one is as it was`);
}
