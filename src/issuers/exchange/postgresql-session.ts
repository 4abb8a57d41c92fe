import type { Client } from 'pg';
import { randomBytes } from 'node:crypto';
import type { ByteStream, TlsParameters } from '../../model/index.ts';
import type { Login } from './database.ts';

/** More rounds of SCRAM than any server asks for by itself; a hostile one would keep us computing. */
const MAX_ROUNDS = 1_000_000;

/** What PostgreSQL refuses with: its SQLSTATE, and the routine of its source that said so, which no translation changes. */
export interface PostgresqlRefusal {
  readonly code: string;
  readonly routine: string;
}

export type Row = Readonly<Record<string, string | null>>;

export interface PostgresqlSession {
  /** Whether the server wanted the password: one that trusts everybody takes any. */
  readonly asked: boolean;
  /** Rows as text, whatever their types. A refusal of this one statement is undefined. */
  readonly rows: (sql: string) => Promise<readonly Row[] | undefined>;
  /** For statements that take no parameters. */
  readonly run: (sql: string) => Promise<PostgresqlRefusal | undefined>;
}

/**
 * Signs in on an open connection and lets `use` speak; the refusal, where the server refuses. Environment variables of libpq
 * (PGPASSWORD, PGSSLMODE) and `.pgpass` have no say in it.
 * @throws whatever the network throws.
 */
export async function postgresqlSession<T>(stream: ByteStream, tls: TlsParameters | undefined, login: Login & { readonly database: string }, use: (session: PostgresqlSession) => Promise<T>): Promise<T | { readonly refused: PostgresqlRefusal }> {
  const { Client } = await import('pg');
  let asked = false;
  // It is connected already: the driver's own attempt only hears so.
  Object.assign(stream, { connect: () => setImmediate(() => stream.emit('connect')) });
  const client: Client = new Client({
    ...login,
    host: tls?.servername ?? 'localhost',
    port: 5432,
    stream: () => stream as never,
    ssl: tls ?? false,
    options: '-c search_path=pg_catalog -c statement_timeout=10000',
    application_name: 'tokenwarden',
    types: { getTypeParser: () => (value: string) => value },
    scramMaxIterations: MAX_ROUNDS,
  } as ConstructorParameters<typeof Client>[0]);
  client.on('error', () => undefined);
  const { connection } = client as unknown as { readonly connection: NodeJS.EventEmitter };
  for (const event of ['authenticationCleartextPassword', 'authenticationMD5Password', 'authenticationSASLFinal']) connection.on(event, () => (asked = true));
  try {
    await client.connect();
  } catch (error) {
    const refused = refusalIn(error);
    if (refused !== undefined) return { refused };
    throw malformedUnlessNetwork(error);
  }
  const rows: PostgresqlSession['rows'] = async (sql) => {
    try {
      return (await client.query<Row>(sql)).rows;
    } catch (error) {
      if (refusalIn(error) === undefined) throw malformedUnlessNetwork(error);
      return undefined;
    }
  };
  const run: PostgresqlSession['run'] = async (sql) => {
    try {
      await client.query(sql);
      return undefined;
    } catch (error) {
      const refused = refusalIn(error);
      if (refused === undefined) throw malformedUnlessNetwork(error);
      return refused;
    }
  };
  const value = await use({ asked, rows, run });
  // Said, so that the server does not log a connection that broke off.
  await Promise.race([client.end().catch(() => undefined), new Promise((resolve) => setTimeout(resolve, 500).unref())]);
  return value;
}

function refusalIn(error: unknown): PostgresqlRefusal | undefined {
  const { code, routine, severity } = (error ?? {}) as { readonly code?: unknown; readonly routine?: unknown; readonly severity?: unknown };
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && typeof severity === 'string' ? { code, routine: typeof routine === 'string' ? routine.slice(0, 60) : '' } : undefined;
}

/** The driver's own errors have no code: what came was not of the protocol. */
function malformedUnlessNetwork(error: unknown): unknown {
  const { code } = (error ?? {}) as { readonly code?: unknown };
  if (typeof code === 'string') return error;
  if (error instanceof Error && /does not support SSL/.test(error.message)) return Object.assign(new Error('no TLS'), { code: 'ERR_TLS_REFUSED' });
  const isCut = error instanceof Error && /terminated/.test(error.message);
  return Object.assign(new Error('not of the protocol'), { code: isCut ? 'ECONNRESET' : 'UND_ERR_RESPONSE' });
}

/** A name as an identifier of SQL. @throws for one that PostgreSQL cannot hold. */
export function identifier(name: string): string {
  if (name === '' || name.includes('\0') || Buffer.byteLength(name) > 63) throw new RangeError('no identifier of PostgreSQL');
  return `"${name.replaceAll('"', '""')}"`;
}

/** A new password, 190 bits. */
export function newPassword(): string {
  return randomBytes(24).toString('base64url');
}
