import type { Connection, QueryError, RowDataPacket } from 'mysql2';
import type { ByteStream, TlsParameters } from '../../model/index.ts';
import type { Login } from './database.ts';

/** Number of the server's error: of MySQL, or from 1900 and 4000 on MariaDB's own. */
export interface MysqlRefusal {
  readonly number: number;
}

export type Row = Readonly<Record<string, string | null>>;

export interface MysqlSession {
  /** Rows as text. A refusal of this one statement is undefined. */
  readonly rows: (sql: string, values?: readonly string[]) => Promise<readonly Row[] | undefined>;
  /** For statements that change something. */
  readonly run: (sql: string, values?: readonly string[]) => Promise<MysqlRefusal | undefined>;
}

/**
 * Signs in on an open connection and lets `use` speak; the refusal, where the server refuses. The password never goes in
 * clear but inside TLS, and no file of ours is sent, whatever the server asks for.
 * @throws whatever the network throws.
 */
export async function mysqlSession<T>(stream: ByteStream, tls: TlsParameters | undefined, login: Login & { readonly database?: string | undefined }, use: (session: MysqlSession) => Promise<T>): Promise<T | { readonly refused: MysqlRefusal }> {
  const { createConnection } = await import('mysql2');
  const { database, ...who } = login;
  const connection = createConnection({
    ...who,
    ...(database === undefined ? {} : { database }),
    host: tls?.servername ?? stream.remoteAddress ?? '127.0.0.1',
    stream: () => stream as never,
    ...(tls === undefined ? {} : { ssl: { rejectUnauthorized: tls.rejectUnauthorized, verifyIdentity: tls.rejectUnauthorized, ...(tls.ca === undefined ? {} : { ca: [...tls.ca] }) } }),
    flags: ['-LOCAL_FILES', '-MULTI_STATEMENTS', '-COMPRESS'],
    connectTimeout: 0,
    typeCast: (field) => field.string(),
  });
  connection.on('error', () => undefined);
  const came = await new Promise<MysqlRefusal | undefined>((resolve, reject) => connection.connect((error) => settle(error, resolve, reject)));
  if (came !== undefined) return { refused: came };
  const run: MysqlSession['run'] = (sql, values = []) => new Promise((resolve, reject) => connection.query(sql, [...values], (error) => settle(error, resolve, reject)));
  const rows: MysqlSession['rows'] = (sql, values = []) =>
    new Promise((resolve, reject) =>
      connection.query<RowDataPacket[]>(sql, [...values], (error, found) => {
        if (error === null) resolve(Array.isArray(found) ? (found as unknown as readonly Row[]) : undefined);
        else settle(error, () => resolve(undefined), reject);
      }),
    );
  const value = await use({ rows, run });
  end(connection);
  return value;
}

function end(connection: Connection): void {
  connection.end(() => undefined);
}

function settle(error: QueryError | null, resolve: (refusal: MysqlRefusal | undefined) => void, reject: (error: unknown) => void): void {
  if (error === null) {
    resolve(undefined);
    return;
  }
  if (typeof error.errno === 'number' && error.errno >= 1000) resolve({ number: error.errno });
  else reject(named(error));
}

/** The driver's own errors have no number: names of the network's, else what came was not of the protocol. */
function named(error: QueryError): unknown {
  if (error.code === 'HANDSHAKE_NO_SSL_SUPPORT') return Object.assign(new Error('no TLS'), { code: 'ERR_TLS_REFUSED' });
  if (error.code === 'PROTOCOL_CONNECTION_LOST') return Object.assign(new Error('closed'), { code: 'ECONNRESET' });
  const isTls = error.code === 'HANDSHAKE_SSL_ERROR' || /certificate|self-signed|altnames/i.test(error.message);
  if (isTls) return Object.assign(new Error('TLS refused'), { code: 'ERR_TLS_REFUSED' });
  return typeof error.code === 'string' && /^E[A-Z]+$|^(?:CERT|UNABLE|DEPTH|SELF)_|^ERR_/.test(error.code) ? error : Object.assign(new Error('not of the protocol'), { code: 'UND_ERR_RESPONSE' });
}
