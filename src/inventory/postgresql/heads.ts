import pg from 'pg';
import { WardenError } from '../../model/index.ts';
import { databaseAddress } from './address.ts';
import { troubleWithDatabase } from './trouble.ts';

const CONNECT_MS = 10_000;
const QUERY_MS = 20_000;
/** Made by somebody else, see .github/RESPOND.md: whoever writes the ledger may add rows and read them, and nothing else. */
const TABLE = 'tokenwarden_ledger_heads';

/** A head of a ledger in a table that its writer can only add to. */
export interface KeptHead {
  readonly seq: number;
  readonly hash: string;
  readonly at: string;
}

/**
 * Adds a head. Throws `ANCHOR_FAILED` where the table is missing, keeps another hash for the same record, or could be changed by
 * the role that writes: a place that the writer can rewrite proves nothing.
 */
export async function keepHead(text: string, ledger: string, { seq, hash, at }: KeptHead): Promise<void> {
  await withDatabase(text, async (client, shown) => {
    const rights = await client.query<{ readonly may_change: boolean }>(
      `SELECT has_table_privilege(current_user, c.oid, 'UPDATE') OR has_table_privilege(current_user, c.oid, 'DELETE') OR has_table_privilege(current_user, c.oid, 'TRUNCATE') OR pg_has_role(current_user, c.relowner, 'MEMBER') AS may_change
       FROM pg_class c WHERE c.oid = to_regclass($1)`,
      [TABLE],
    );
    if (rights.rows[0] === undefined) throw failed(shown, `there is no table ${TABLE}`);
    if (rights.rows[0].may_change) throw failed(shown, `the role that writes could change or delete what ${TABLE} keeps, so that it would prove nothing`);
    await client.query(`INSERT INTO ${TABLE} (ledger, seq, hash, at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`, [ledger, seq, hash, at]);
    const kept = await client.query<{ readonly hash: string }>(`SELECT hash FROM ${TABLE} WHERE ledger = $1 AND seq = $2`, [ledger, seq]);
    if (kept.rows[0]?.hash !== hash) throw failed(shown, `it keeps another hash for record ${seq} of ledger "${ledger}": two ledgers use this name, or one was written anew`);
  });
}

/** All heads of one ledger, oldest first. Throws `ANCHOR_UNREADABLE`. */
export async function keptHeads(text: string, ledger: string): Promise<readonly KeptHead[]> {
  return withDatabase(
    text,
    async (client) => {
      const { rows } = await client.query<{ readonly seq: string; readonly hash: string; readonly at: Date }>(`SELECT seq, hash, at FROM ${TABLE} WHERE ledger = $1 ORDER BY seq`, [ledger]);
      return rows.map(({ seq, hash, at }) => ({ seq: Number(seq), hash, at: at.toISOString() }));
    },
    'ANCHOR_UNREADABLE',
  );
}

async function withDatabase<T>(text: string, work: (client: pg.Client, shown: string) => Promise<T>, code = 'ANCHOR_FAILED'): Promise<T> {
  const { url, password, shown } = databaseAddress(text);
  const client = new pg.Client({ connectionString: url, application_name: 'tokenwarden', connectionTimeoutMillis: CONNECT_MS, query_timeout: QUERY_MS });
  // One that breaks between two statements tells the next one.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await work(client, shown);
  } catch (error) {
    if (error instanceof WardenError) throw error;
    const told = troubleWithDatabase(shown, password, error);
    // The driver's own errors may hold connection parameters.
    throw new WardenError(code, `${shown}: the ledger's heads cannot be ${code === 'ANCHOR_FAILED' ? 'kept' : 'read'} there (${told instanceof WardenError ? told.message.replace(/^[^(]*\(|\)$/g, '') : 'the answer could not be read'})`, { hint: 'Check the address, the password and the rights of the role: see "The ledger" in RESPOND.md.' });
  } finally {
    await client.end().catch(() => undefined);
  }
}

function failed(shown: string, why: string): WardenError {
  return new WardenError('ANCHOR_FAILED', `${shown}: the ledger's head was not kept there: ${why}`, { hint: 'The ledger itself is written. How the table is made and who may do what with it stands in RESPOND.md.' });
}
