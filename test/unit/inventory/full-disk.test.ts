import { DatabaseSync } from 'node:sqlite';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kysely, sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dialectOf } from '../../../src/inventory/sqlite/connect.ts';
import { troubleWith } from '../../../src/inventory/trouble.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'full-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function whyOf(file: DatabaseSync, work: (database: Kysely<unknown>) => Promise<unknown>): Promise<unknown> {
  const database = new Kysely<unknown>({ dialect: dialectOf(file) });
  try {
    return await work(database).then(() => 'nothing', (error: unknown) => troubleWith('inventory.db', error));
  } finally {
    await database.destroy();
  }
}

describe('an inventory that cannot be written', () => {
  it('says that its disk is full, also amid a transaction that SQLite has ended by itself, and tells nobody to move it away', async () => {
    const file = new DatabaseSync(join(folder, 'inventory.db'));
    file.exec('create table t (x text); pragma max_page_count = 4');
    const why = await whyOf(file, (database) => database.transaction().execute((transaction) => sql`insert into t values (${'x'.repeat(100_000)})`.execute(transaction)));
    expect(why).toMatchObject({ code: 'INVENTORY_FULL', message: 'inventory.db: there is no room left for the inventory on its disk' });
    expect((why as { readonly hint: string }).hint).not.toMatch(/move/i);
  });

  it('says that it is read-only', async () => {
    new DatabaseSync(join(folder, 'inventory.db')).close();
    const why = await whyOf(new DatabaseSync(join(folder, 'inventory.db'), { readOnly: true }), (database) => sql`create table t (x text)`.execute(database));
    expect(why).toMatchObject({ code: 'INVENTORY_UNWRITABLE' });
  });
});
