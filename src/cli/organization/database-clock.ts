import type { Inventory } from '../../inventory/index.ts';
import type { Io } from '../io.ts';

/** Less is the time that a question takes. */
const TOLERATED_MS = 30_000;

/**
 * The shell with the database's clock, where that of this machine differs: what has expired, or expires soon, must not depend on which machine
 * looks. Tells of it.
 */
export async function withDatabaseClock(io: Io, { organization, path }: Inventory, say: (text: string) => void): Promise<Io> {
  const aheadMs = io.now().getTime() - (await organization.now()).getTime();
  if (Math.abs(aheadMs) <= TOLERATED_MS) return io;
  say(`warning: the clock of this machine is ${Math.round(Math.abs(aheadMs) / 1000)} s ${aheadMs > 0 ? 'ahead of' : 'behind'} that of ${path}; the latter counts\n`);
  return { ...io, now: () => new Date(io.now().getTime() - aheadMs) };
}
