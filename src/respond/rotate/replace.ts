import type { ActiveFacts, Credential, Doubt, Replacement, ReplacementWish } from '../../model/index.ts';
import { formatDuration } from '../../lib/duration.ts';
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
  const { deps, options } = round;
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
  const made = await askForOne(round, old);
  if (made.status === 'refused') {
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
  const extra = state.scopes === undefined ? undefined : answer.facts.scopes?.find((scope) => !state.scopes?.includes(scope) && !state.narrowed.includes(scope));
  if (extra !== undefined) return discard(round, `it may do more than was wanted (${extra})`);
  const { exp, scopes } = answer.facts;
  const latest = deps.now().getTime() + (spec.lifetimeMs ?? Infinity) + 60_000;
  if (spec.lifetimeMs !== undefined && (exp === 'never' || (exp instanceof Date && exp.getTime() > latest))) return discard(round, 'it lives longer than was wanted');
  if (exp instanceof Date && exp.getTime() <= deps.now().getTime() + spec.quietMs + spec.graceMs) return discard(round, `it ends at ${exp.toISOString()}, before the old one could be deleted`);
  const doubts = [...untold(round, answer.facts), ...deps.policy.doubts(fresh, { ...answer, facts: { iat: deps.now(), ...answer.facts } }, spec.consumers)];
  const open = doubts.filter(({ about }) => !isAccepted(round, about));
  if (open.length > 0) return discard(round, `${open.map(({ about, detail }) => `${about}: ${detail}`).join('; ')} (${HOW_ACCEPTED})`);
  accept(round, doubts);
  const silent = [...(scopes === undefined ? ['scopes'] : []), ...(exp === undefined ? ['expiry'] : [])];
  if (silent.length > 0) deps.onStep(`the issuer does not tell ${silent.join(' and ')} of the replacement`);
  write(round, 'checked', { ...(scopes === undefined ? {} : { scopes }), ...(exp instanceof Date ? { expiresAt: exp.toISOString() } : exp === 'never' ? { expires: exp } : {}), ...(silent.length === 0 ? {} : { untold: silent }) });
  return { state: { ...state, isChecked: true, ...(exp instanceof Date ? { expiresAt: exp } : {}) } };
};

/** What was wished for and is not told. */
function untold({ spec, state }: Round, { scopes, exp }: ActiveFacts): readonly Doubt[] {
  return [
    ...(scopes === undefined && state.scopes !== undefined ? [{ about: 'scopes', detail: `the issuer does not tell whether the replacement may do more than ${state.scopes.join(', ') || 'nothing'}` }] : []),
    ...(exp === undefined && spec.lifetimeMs !== undefined ? [{ about: 'expiry', detail: `the issuer does not tell whether the replacement ends after ${formatDuration(spec.lifetimeMs)}` }] : []),
  ];
}

const HOW_ACCEPTED = 'to take such a one a person says --confirm-limits, or the rotation has it under accept:';
/** Clocks differ, and a lifetime begins when the issuer has it. */
const SLACK_MS = 60_000;

function isAccepted({ spec, options }: Round, about: string): boolean {
  return options.confirmLimits || spec.accept?.some(({ limit }) => limit === about) === true;
}

function accept(round: Round, doubts: readonly Doubt[]): void {
  for (const { about, detail } of doubts) {
    const given = round.options.confirmLimits ? undefined : round.spec.accept?.find(({ limit }) => limit === about);
    write(round, 'accepted', { limit: about, detail, ...(given === undefined ? { confirmed: 'by a person' } : { owner: given.owner, reason: given.reason }) });
  }
}

/** As policy wants it where the configuration says nothing, and without that only where somebody accepts it. */
async function askForOne(round: Round, old: Credential): Promise<Replacement> {
  const { spec, state, deps } = round;
  const wish = (scopes: readonly string[] | undefined, lifetimeMs: number | undefined): ReplacementWish => ({ name: nameOf(state), ...(scopes === undefined ? {} : { scopes }), ...(lifetimeMs === undefined ? {} : { expiresAt: new Date(deps.now().getTime() + lifetimeMs) }) });
  const ask = async (wished: ReplacementWish): Promise<Replacement> => {
    write(round, 'intent', {});
    const made = await deps.issuer.rotate(old, wished);
    if (made.status === 'refused') write(round, 'refused', { detail: made.detail });
    return made;
  };
  const { maxLifetimeMs } = deps.policy;
  const isNarrowed = spec.scopes === undefined && state.narrowed.length > 0;
  const isShortened = spec.lifetimeMs === undefined && maxLifetimeMs !== undefined;
  const made = await ask(wish(isNarrowed ? state.scopes : spec.scopes, isShortened ? Math.max(1000, maxLifetimeMs - SLACK_MS) : spec.lifetimeMs));
  if (made.status !== 'refused' || (!isNarrowed && !isShortened)) return made;
  const doubts: readonly Doubt[] = [
    ...(isNarrowed ? [{ about: 'over-scoped', detail: `policy does not allow ${state.narrowed.join(', ')}, and the issuer leaves nothing out` }] : []),
    ...(isShortened ? [{ about: 'max-lifetime', detail: `policy allows ${formatDuration(maxLifetimeMs)}, and the issuer sets no end` }] : []),
  ];
  if (doubts.some(({ about }) => !isAccepted(round, about))) return { ...made, detail: `${made.detail}. ${doubts.map(({ about, detail }) => `${about}: ${detail}`).join('; ')} (${HOW_ACCEPTED})` };
  accept(round, doubts);
  return ask(wish(spec.scopes, spec.lifetimeMs));
}

/** Ends a replacement that no consumer has. The old one was not touched. */
async function discard(round: Round, why: string): ReturnType<Phase> {
  const { state, deps, options } = round;
  if (state.stored.size > 0 || state.storing.size > 0) return refused(`${why}, but consumers have it or may have it: look at both before anything else is done`);
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
