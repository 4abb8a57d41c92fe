import type { ConsumerPlace, Held, PlacedWrite } from '../../model/index.ts';
import { nameOf, tornWhy } from './begin.ts';
import { holdersOf, holdsParts, textAt } from './holders.ts';
import { credentialOf, partOf, refused, waiting, write, type Phase, type Round } from './round.ts';

/** The value of a part of one credential. */
type Parts = (part: string) => string | undefined;

/** Stores the replacement at each holder in turn, all its parts in one write, and reads it back. */
export const store: Phase = async (round) => {
  const { spec, deps } = round;
  let { state } = round;
  if (state.confirmedAt !== undefined && spec.consumers.every((place) => state.stored.has(nameOf(place)))) return { state };
  const fresh = credentialOf(round, 'new');
  const old = credentialOf(round, 'old');
  if (fresh === undefined || old === undefined) return refused('what was kept of the credentials does not open any more: our own credentials at the store have changed');
  const torn = tornWhy(spec, deps);
  if (torn !== undefined) return waiting(`${torn}; both credentials live`);
  const [before, wanted] = [partOf(old.secret, state.old.tokenId), partOf(fresh.secret, state.issued?.tokenId)];
  for (const holder of holdersOf(spec.consumers, deps)) {
    if (holder.every((place) => state.stored.has(nameOf(place)))) continue;
    const without = holder.find((place) => textAt(place, wanted) === undefined || textAt(place, before) === undefined);
    if (without !== undefined) return refused(`${nameOf(without)} wants a part of which the issuer says nothing`);
    const done = await storeAt({ ...round, state }, holder, before, wanted);
    if ('result' in done) return done;
    for (const place of holder) write({ ...round, state }, 'stored', { place: nameOf(place), how: done.how });
    state = { ...state, stored: new Set([...state.stored, ...holder.map(nameOf)]) };
  }
  write({ ...round, state }, 'confirmed', {});
  return { state: { ...state, confirmedAt: deps.now() } };
};

async function storeAt(round: Round, holder: readonly ConsumerPlace[], before: Parts, wanted: Parts): Promise<{ readonly how: string } | ReturnType<typeof waiting>> {
  const { deps, options } = round;
  const writes: PlacedWrite[] = [];
  let isThere = true;
  for (const place of holder) {
    const held = await deps.consumers.read(place);
    if (held.status === 'absent' || held.status === 'unknown') return later(`${nameOf(place)} ${held.status === 'absent' ? 'holds nothing any more' : `cannot be read (${held.detail})`}`);
    const isNew = holdsParts(place, held, wanted);
    isThere &&= isNew;
    const foreign = isNew ? undefined : changeAt(round, place, held, before);
    if (foreign !== undefined && !options.confirmOverwrite) return later(`${nameOf(place)} ${foreign}: it was left alone; a person who knows of it says --confirm-overwrite`);
    if (foreign !== undefined) write(round, 'overwriting', { place: nameOf(place), why: foreign, confirmed: 'by a person' });
    writes.push({ place, secret: deps.makeSecret(textAt(place, wanted) ?? ''), ...(held.status === 'holds' ? { before: held.secret } : held.updatedAt === undefined ? {} : { unchangedSince: held.updatedAt }) });
  }
  if (isThere) return { how: 'read back' };
  for (const place of holder) {
    deps.onStep(`storing at ${nameOf(place)}`);
    write(round, 'storing', { place: nameOf(place), guard: deps.consumers.guard(place) });
  }
  const began = deps.now();
  const answer = await deps.consumers.put(writes);
  const how = new Set<string>();
  for (const place of holder) {
    const seen = takenAt(await deps.consumers.read(place), answer.status === 'accepted', began, (held) => holdsParts(place, held, wanted));
    if (seen === undefined) return later(`${nameOf(place)} did not take it (${answer.detail})`);
    how.add(seen);
  }
  return { how: [...how].join('; ') };
}

/** What somebody else did at a place; undefined where it is as it was when the round began, or as an earlier run of it left it. */
function changeAt({ state }: Round, place: ConsumerPlace, held: Held, before: Parts): string | undefined {
  if (held.status === 'holds') return holdsParts(place, held, before) ? undefined : 'holds a value that is neither the old nor the new one: somebody else changed it';
  const mark = state.marks[nameOf(place)];
  if (held.status !== 'unreadable' || held.updatedAt === undefined || mark === undefined || state.storing.has(nameOf(place))) return undefined;
  return held.updatedAt.toISOString() === mark ? undefined : `was changed at ${held.updatedAt.toISOString()}, after this rotation began`;
}

/** How it is known that a place took it; undefined where it is not. */
function takenAt(held: Held, isAccepted: boolean, began: Date, isNew: (held: Held) => boolean): string | undefined {
  if (isNew(held)) return 'read back';
  if (held.status !== 'unreadable' || !isAccepted) return undefined;
  if (held.updatedAt === undefined) return 'taken; it cannot be read back';
  // The other side cuts to seconds, and its clock differs.
  return held.updatedAt.getTime() >= began.getTime() - 60_000 ? `updated at ${held.updatedAt.toISOString()}; it cannot be read back` : undefined;
}

function later(detail: string): ReturnType<typeof waiting> {
  return waiting(`${detail}; both credentials live, run again`);
}
