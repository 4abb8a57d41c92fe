import { WardenError } from '../../model/index.ts';
import { LockBusy, openLock } from '../../lib/exclusive-lock.ts';
import type { WarningHost } from '../../lib/sqlite.ts';

/**
 * Lets one process at a time apply plans with this ledger; returns how to give it back. Two at once would both find a token
 * active and both revoke it. Throws `APPLY_RUNNING`. The kernel gives the lock back when its holder dies.
 */
export async function holdApply(ledger: string, warnings?: WarningHost): Promise<() => void> {
  const lock = await openLock(`${ledger}.apply`, { waitMs: 0, ...(warnings === undefined ? {} : { warnings }) });
  try {
    const release = lock.take();
    return () => {
      release();
      lock.close();
    };
  } catch (error) {
    lock.close();
    if (error instanceof LockBusy) throw new WardenError('APPLY_RUNNING', 'another process is applying a plan with this ledger', { hint: 'Wait until it has ended, then apply again: what it revoked is found dead.' });
    throw error;
  }
}
