import type { AuditRecord } from '../../model/index.ts';
import { begin } from './begin.ts';
import { replace } from './replace.ts';
import { retire } from './retire.ts';
import { stateOf } from './state.ts';
import { store } from './store.ts';
import type { Round } from './round.ts';
import type { RotateDeps, RotateOptions, Rotated, RotationSpec } from './types.ts';

/**
 * Takes a rotation as far as it can go now: make a replacement, see that it works, store it at every consumer, read it back, wait
 * until the old one is quiet, switch that off, wait, delete it. Each step is in the ledger before it is taken, so that a run after a
 * crash goes on where this one ended; at every moment each consumer has a credential that works. Throws what the ledger throws.
 */
export async function rotate(spec: RotationSpec, records: AsyncIterable<AuditRecord> | Iterable<AuditRecord>, options: RotateOptions, deps: RotateDeps): Promise<Rotated> {
  const known = await stateOf(spec.name, records);
  const begun = known === undefined ? await begin(spec, options, deps) : { state: known };
  if ('result' in begun) return begun.result;
  let round: Round = { spec, state: begun.state, deps, options };
  for (const phase of [replace, store, retire]) {
    const done = await phase(round);
    if ('result' in done) return done.result;
    round = { ...round, state: done.state };
  }
  return { status: 'finished', detail: 'the old one is deleted, and every consumer has the new one' };
}
