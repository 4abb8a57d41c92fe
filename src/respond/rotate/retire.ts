import type { Credential } from '../../model/index.ts';
import { formatDuration } from '../../lib/duration.ts';
import { genuineUse } from '../../lib/own-use.ts';
import { said } from '../apply/prove.ts';
import { nameOf } from './begin.ts';
import { holdsParts } from './holders.ts';
import { askFor, credentialOf, partOf, refused, told, waiting, write, type Phase, type Round } from './round.ts';
import { useDetail, type RotationState } from './state.ts';

/** Waits until the old one is quiet, switches it off, waits, and deletes it; never while the new one is not seen to work. */
export const retire: Phase = async (given) => {
  const old = credentialOf(given, 'old');
  const fresh = credentialOf(given, 'new');
  if (old === undefined || fresh === undefined) return refused('what was kept of the credentials does not open any more: our own credentials at the store have changed');
  let round = given;
  for (const step of [quieten, deactivate, remove]) {
    const done = await step(round, old, fresh);
    if ('result' in done) return done;
    round = { ...round, state: done.state };
  }
  return { state: round.state };
};

type Step = (round: Round, old: Credential, fresh: Credential) => ReturnType<Phase>;

const quieten: Step = async (round, old) => {
  const { state, spec, deps, options } = round;
  const { confirmedAt } = state;
  if (state.quietAt !== undefined || confirmedAt === undefined) return { state };
  const quiet = (how: string): { readonly state: RotationState } => {
    write(round, 'quiet', { how });
    return { state: { ...state, quietAt: deps.now() } };
  };
  const asked = deps.now();
  const answer = await deps.issuer.ask(old);
  const lastUse = answer.status === 'active' ? answer.facts.lastUsedAt : undefined;
  // Silent now, but not before: our last question is what it would tell of, and that is no use.
  const used = lastUse === undefined ? undefined : genuineUse(lastUse, asked, state.use);
  write(round, 'asked', { ...said(answer), ...useDetail(lastUse, used ?? state.use?.genuine) });
  if (answer.status === 'inactive') return quiet('the issuer calls it inactive already');
  if (options.confirmQuiet && round.isFresh) return waiting('every consumer has the new one only since this run: nobody can say yet that nothing uses the old one; when that is so, run with --confirm-quiet again');
  if (options.confirmQuiet) return quiet('a person confirmed that nothing uses it');
  if (answer.status !== 'active') return waiting(`the issuer does not say how the old one is used (${told(answer)})`);
  if (used === undefined && state.use?.genuine !== undefined) return waiting('the last use that the issuer tells is our own question of a moment ago; run again later');
  if (used === undefined) return waiting('the issuer does not say when the old one was last used, and time alone is no proof: when nothing uses it any more, run with --confirm-quiet');
  const since = used === 'never' ? confirmedAt : new Date(Math.max(confirmedAt.getTime(), used.getTime()));
  const until = new Date(since.getTime() + spec.quietMs);
  if (deps.now() < until) return waiting(`the old one was ${used === 'never' || used <= confirmedAt ? 'not used since every consumer has the new one' : 'used since'}; it counts as quiet after ${formatDuration(spec.quietMs)}`, until);
  return quiet(used === 'never' ? 'never used' : `last used at ${used.toISOString()}`);
};

/** Why the old one must stay as it is; undefined where the new one works and every consumer that can be read has it. */
async function obstacle({ spec, deps, state }: Round, fresh: Credential): Promise<string | undefined> {
  const answer = await askFor('active', fresh, { deps });
  if (answer.status !== 'active') return `the new one is not seen to work (${told(answer)})`;
  for (const place of spec.consumers) {
    const held = await deps.consumers.read(place);
    if (held.status === 'unreadable') continue;
    if (!holdsParts(place, held, partOf(fresh.secret, state.issued?.tokenId))) return `${nameOf(place)} does not hold the new one any more`;
  }
  return undefined;
}

const deactivate: Step = async (round, old, fresh) => {
  const { state, deps } = round;
  if (state.deactivatedAt !== undefined || state.quietAt === undefined) return { state };
  const done = (detail: Readonly<Record<string, unknown>>): { readonly state: RotationState } => {
    write(round, 'deactivated', detail);
    return { state: { ...state, deactivatedAt: deps.now() } };
  };
  if (!deps.issuer.canDeactivate(old)) return done({ skipped: 'the issuer switches nothing off' });
  const why = await obstacle(round, fresh);
  if (why !== undefined) return waiting(`the old one was left alive: ${why}`);
  if (!state.isDeactivating || (await deps.issuer.ask(old)).status !== 'inactive') {
    deps.onStep('switching the old one off');
    write(round, 'deactivating', {});
    await deps.issuer.deactivate(old);
  }
  const proof = await askFor('inactive', old, round);
  if (proof.status !== 'inactive') return waiting(`the old one is not seen to be switched off (${told(proof)})`);
  return done({ confirmedBy: said(proof) });
};

const remove: Step = async (round, old, fresh) => {
  const { state, spec, deps } = round;
  const { deactivatedAt } = state;
  if (deactivatedAt === undefined) return { state };
  const until = new Date(deactivatedAt.getTime() + spec.graceMs);
  if (deps.now() < until) return waiting(`the old one is deleted after a grace of ${formatDuration(spec.graceMs)}`, until);
  const why = await obstacle(round, fresh);
  if (why !== undefined) return waiting(`the old one was not deleted: ${why}`);
  if (!(await isGone(round, old))) {
    deps.onStep('deleting the old one');
    write(round, 'deleting', {});
    const answer = await deps.issuer.revoke(old);
    write(round, 'delete-answered', { status: answer.status });
    // One that is switched off answers like one that is gone: that it is deleted takes the issuer's word.
    if (answer.status !== 'accepted' && deps.issuer.canDeactivate(old) && !(await isGone({ ...round, state: { ...state, isDeleting: true } }, old))) return waiting(`the old one is switched off, but not deleted (${answer.detail})`);
  }
  const proof = await askFor('inactive', old, round);
  if (proof.status !== 'inactive') return waiting(`the old one is not seen to be dead (${told(proof)})`);
  write(round, 'finished', { confirmedBy: said(proof) });
  deps.vault.forget(state.id);
  return { state };
};

/** Whether nothing is left to delete: asked before anything is sent, and after a crash before anything is sent again. */
async function isGone({ state, deps }: Round, old: Credential): Promise<boolean> {
  if (!deps.issuer.canDeactivate(old)) return (await deps.issuer.ask(old)).status === 'inactive';
  if (!state.isDeleting || state.old.tokenId === undefined) return false;
  return (await deps.issuer.isListed(state.old.tokenId)) === false;
}
