import type { Inventory, InventoryOptions } from './inventory.ts';
import { takeRuns } from './pending-runs.ts';

export { hasPendingRuns, leaveRun } from './pending-runs.ts';
export type { AttestationWord, Feedback, FindingMemory, Inventory, InventoryOptions, RuleRecord, RunMemory } from './inventory.ts';

/**
 * Opens the inventory file, or makes it (0600, its folder 0700); `:memory:` keeps nothing. SQLite and the query builder are loaded
 * here and not at start. A damaged file is moved aside, said in `notices`, and a new one begun. Throws `WardenError`: `INVENTORY_OPEN`
 * where the file cannot be used, `INVENTORY_NEWER` where a newer version wrote it, `INVENTORY_FOREIGN` where it is somebody
 * else's database; the run may then go on with `:memory:`.
 */
export async function openInventory(path: string, options: InventoryOptions): Promise<Inventory> {
  const { openSqlite } = await import('./sqlite/open.ts');
  const inventory = await openSqlite(path, options);
  if (path !== ':memory:') await takeRuns(path, inventory.rememberRun);
  return inventory;
}
