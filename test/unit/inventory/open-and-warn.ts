/** A process that opens an inventory as a shell does, and warns of other things. */
import { openInventory } from '../../../src/inventory/index.ts';

const opening = openInventory(process.argv[2] ?? ':memory:', { now: () => new Date(), warnings: process });
process.emitWarning('another thing', 'ExperimentalWarning');
const inventory = await opening;
await inventory.close();
process.emitWarning('SQLite is not the matter', 'Warning');
