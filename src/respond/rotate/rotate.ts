import type { AuditRecord } from '../../model/index.ts';
import { begin } from './begin.ts';
import { replace } from './replace.ts';
import { retire } from './retire.ts';
import { stateOf, type RotationPast } from './state.ts';
import { store } from './store.ts';
import type { Round } from './round.ts';
import type { RotateDeps, RotateOptions, Rotated, RotationSpec } from './types.ts';

/**
 * Takes a rotation as far as it can go now: make a replacement, see that it works, store it at every consumer, read it back, wait
 * until the old one is quiet, switch that off, wait, delete it. Each step is in the ledger before it is taken, so that a run after a
 * crash goes on where this one ended; at every moment each consumer has a credential that works. Throws what the ledger throws.
 */
export async function rotate(spec: RotationSpec, records: AsyncIterable<AuditRecord> | Iterable<AuditRecord>, options: RotateOptions, deps: RotateDeps): Promise<Rotated> {
  const { open, finished } = await stateOf(spec.name, records);
  if (open === undefined && finished !== undefined && !options.again) {
    // A crash may have come between the record and this.
    deps.vault.forget(finished.id);
    const due = dueAt(spec, finished);
    if (due === undefined || deps.now() < due.at) return { status: 'finished', detail: `finished at ${finished.at.toISOString()}; ${due === undefined ? '--again replaces it anew' : `it is due again at ${due.at.toISOString()}${due.why}`}` };
  }
  if (open !== undefined && options.only !== undefined && deps.vault.kept(open.id, 'old')?.reveal() !== options.only.reveal()) return { status: 'refused', detail: 'a round for another credential than the planned one is under way' };
  const begun = open === undefined ? await begin(spec, options, deps) : { state: open };
  if ('result' in begun) return begun.result;
  let round: Round = { spec, state: begun.state, deps, options, isFresh: begun.state.confirmedAt === undefined };
  for (const phase of [replace, store, retire]) {
    const done = await phase(round);
    if ('result' in done) return done.result;
    round = { ...round, state: done.state };
  }
  const due = dueAt(spec, { at: deps.now(), ...(round.state.expiresAt === undefined ? {} : { expiresAt: round.state.expiresAt }) });
  return { status: 'finished', detail: `the old one is deleted, and every consumer has the new one${due === undefined ? '' : `; it is due again at ${due.at.toISOString()}${due.why}`}` };
}

/** When it is to be replaced again: as the configuration says, and before it ends by itself. */
function dueAt({ everyMs }: RotationSpec, { at, expiresAt }: NonNullable<RotationPast['finished']> | { readonly at: Date; readonly expiresAt?: Date }): { readonly at: Date; readonly why: string } | undefined {
  const planned = everyMs === undefined ? Infinity : at.getTime() + everyMs;
  const before = expiresAt === undefined ? Infinity : at.getTime() + Math.max(0, (expiresAt.getTime() - at.getTime()) * RENEW_AFTER);
  if (planned === Infinity && before === Infinity) return undefined;
  return planned <= before ? { at: new Date(planned), why: '' } : { at: new Date(before), why: `, as it ends at ${expiresAt?.toISOString() ?? ''}` };
}

/** Of what is left of its life. */
const RENEW_AFTER = 2 / 3;
