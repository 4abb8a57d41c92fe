import type { ConsumerPlace, Held, Secret } from '../../model/index.ts';
import { nameOf } from './begin.ts';
import { credentialOf, refused, waiting, write, type Phase, type Round } from './round.ts';

/** Stores the replacement at each consumer in turn and reads it back. Two parts of one credential are written one after the other. */
export const store: Phase = async (round) => {
  const { spec, deps } = round;
  let { state } = round;
  if (state.confirmedAt !== undefined && spec.consumers.every((place) => state.stored.has(nameOf(place)))) return { state };
  const fresh = credentialOf(round, 'new');
  const old = credentialOf(round, 'old');
  if (fresh === undefined || old === undefined) return refused('what was kept of the credentials does not open any more: our own credentials at the store have changed');
  for (const place of spec.consumers) {
    const name = nameOf(place);
    if (state.stored.has(name)) continue;
    const wanted = valueOf(place, fresh.secret, state.issued?.tokenId, round);
    const before = valueOf(place, old.secret, state.old.tokenId, round);
    if (wanted === undefined || before === undefined) return refused(`${nameOf(place)} wants the part ${place.part}, of which the issuer says nothing`);
    const how = await storeAt(round, place, before, wanted);
    if ('result' in how) return how;
    write({ ...round, state }, 'stored', { place: name, how: how.how });
    state = { ...state, stored: new Set([...state.stored, name]) };
  }
  write({ ...round, state }, 'confirmed', {});
  return { state: { ...state, confirmedAt: deps.now() } };
};

function valueOf({ part }: ConsumerPlace, secret: Secret, tokenId: string | undefined, { deps }: Round): Secret | undefined {
  if (part === 'secret') return secret;
  return tokenId === undefined ? undefined : deps.makeSecret(tokenId);
}

async function storeAt(round: Round, place: ConsumerPlace, before: Secret, wanted: Secret): Promise<{ readonly how: string } | Awaited<ReturnType<typeof refusedOf>>> {
  const { deps } = round;
  const held = await deps.consumers.read(place);
  if (holds(held, wanted)) return { how: 'read back' };
  if (held.status === 'holds' && !holds(held, before)) return refusedOf(`${nameOf(place)} holds a value that is neither the old nor the new one: somebody else changed it; it was left alone`);
  if (held.status === 'absent' || held.status === 'unknown') return refusedOf(`${nameOf(place)} ${held.status === 'absent' ? 'holds nothing any more' : `cannot be read (${held.detail})`}`);
  deps.onStep(`storing at ${nameOf(place)}`);
  const began = deps.now();
  write(round, 'storing', { place: nameOf(place) });
  const answer = await deps.consumers.put(place, wanted);
  const after = await deps.consumers.read(place);
  if (holds(after, wanted)) return { how: 'read back' };
  if (after.status === 'unreadable' && answer.status === 'accepted') {
    if (after.updatedAt === undefined) return { how: 'taken; it cannot be read back' };
    // The other side cuts to seconds, and its clock differs.
    if (after.updatedAt.getTime() >= began.getTime() - 60_000) return { how: `updated at ${after.updatedAt.toISOString()}; it cannot be read back` };
  }
  return refusedOf(`${nameOf(place)} did not take it (${answer.detail})`);
}

function refusedOf(detail: string): ReturnType<typeof waiting> {
  return waiting(`${detail}; both credentials live, run again`);
}

function holds(held: Held, secret: Secret): boolean {
  return held.status === 'holds' && held.secret.reveal() === secret.reveal();
}
