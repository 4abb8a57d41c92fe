import type { Inventory, InventoryOptions } from './inventory.ts';
import { databaseAddress, isDatabaseUrl } from './postgresql/address.ts';
import type { KeptHead } from './postgresql/heads.ts';
import { takeRuns } from './pending-runs.ts';

export { databaseAddress, isDatabaseUrl } from './postgresql/address.ts';
export type { KeptHead } from './postgresql/heads.ts';
export type { EarlierFinding, Job, OrganizationRun, OrganizationState, PlannedRepository, RepositoryOutcome, RepositoryRecord, RunProgress, RunWanted } from './organization/state.ts';
export { hasPendingRuns, leaveRun } from './pending-runs.ts';
export type { AttestationWord, Feedback, FindingMemory, Inventory, InventoryOptions, RuleRecord, RunMemory } from './inventory.ts';

/**
 * Opens the inventory file, or makes it (0600, its folder 0700); `:memory:` keeps nothing. SQLite and the query builder are loaded
 * here and not at start. A damaged file is moved aside, said in `notices`, and a new one begun. Throws `WardenError`: `INVENTORY_OPEN`
 * where the file cannot be used, `INVENTORY_NEWER` where a newer version wrote it, `INVENTORY_FOREIGN` where it is somebody
 * else's database; the run may then go on with `:memory:`. `postgres://…` is a database that many machines share: it is waited for
 * while it is away; `INVENTORY_URL`, `INVENTORY_UNREACHABLE` or `INVENTORY_REFUSED` where it cannot be used.
 */
export async function openInventory(path: string, options: InventoryOptions): Promise<Inventory> {
  if (isDatabaseUrl(path)) return (await import('./postgresql/open.ts')).openPostgresql(path, options);
  const { openSqlite } = await import('./sqlite/open.ts');
  const inventory = await openSqlite(path, options);
  if (path !== ':memory:') await takeRuns(path, inventory.rememberRun);
  return inventory;
}
export { packText } from './packed-text.ts';

/** Heads of ledgers in a PostgreSQL database; the driver is loaded here. */
export const LEDGER_HEADS = {
  shown: (url: string): string => databaseAddress(url).shown,
  keep: async (url: string, ledger: string, head: KeptHead): Promise<void> => (await import('./postgresql/heads.ts')).keepHead(url, ledger, head),
  read: async (url: string, ledger: string): Promise<readonly KeptHead[]> => (await import('./postgresql/heads.ts')).keptHeads(url, ledger),
};
