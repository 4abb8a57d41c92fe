import type { OfflineFacts } from '../../model/index.ts';

const DATABASE = /^(?:jdbc:)?(?:postgres|postgis|cockroach|mysql|mariadb|mongodb|rediss?\b|redis|valkey|sqlserver|mssql|oracle)/;

/**
 * Whose password it is, from the connection string that it stands in: user and database. `scheme` in lower case; `user`
 * as it is written there; `rest`: what follows the password. Undefined for what is no database's.
 */
export function databaseAccount(scheme: string, user: string, before: string, rest: string): OfflineFacts | undefined {
  if (!DATABASE.test(scheme)) return undefined;
  const isJdbc = scheme.startsWith('jdbc:');
  const start = isJdbc ? before.toLowerCase().lastIndexOf('jdbc:') : -1;
  const whole = isJdbc && start >= 0 ? `${before.slice(start)}x${/^[^\s"'<>`]*/.exec(rest)?.[0] ?? ''}` : '';
  const subject = decoded(isJdbc && user === '' ? (/[?;&](?:user|username|uid)=([^\s"'<>`;&,]{1,100})/i.exec(whole)?.[1] ?? '') : user);
  const database = decoded((isJdbc ? /\/\/[^\s/"'<>`]{1,260}\/([A-Za-z0-9_.$%-]{1,64})/.exec(whole) : /^@[^\s/"'<>`?]{1,400}\/([A-Za-z0-9_.$%-]{1,64})/.exec(rest))?.[1] ?? '');
  return subject === '' && database === '' ? undefined : { ...(subject === '' ? {} : { subject }), ...(database === '' ? {} : { notes: { database } }) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
