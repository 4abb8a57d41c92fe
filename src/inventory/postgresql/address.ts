import { WardenError } from '../../model/index.ts';

export interface DatabaseAddress {
  /** As it was given. */
  readonly url: string;
  /** Empty where the URL holds none. */
  readonly password: string;
  /** For people: host, port and database, nothing else of it. */
  readonly shown: string;
}

/** Whether a text means a PostgreSQL database rather than a file. */
export function isDatabaseUrl(text: string): boolean {
  return /^postgres(?:ql)?:/i.test(text);
}

/** Reads `postgres://…` (PostgreSQL, section 32.1.1.2). Throws `INVENTORY_URL`, which never repeats what was given. */
export function databaseAddress(text: string): DatabaseAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^postgres(?:ql)?:$/.test(url.protocol) || url.hostname === '') {
    throw new WardenError('INVENTORY_URL', 'the URL of the store cannot be read', { hint: 'Write postgres://USER@HOST:5432/DATABASE (special characters percent-encoded) and give the password in PGPASSWORD.' });
  }
  return { url: text, password: decoded(url.password) || (url.searchParams.get('password') ?? ''), shown: `postgres://${url.host}${url.pathname === '/' ? '' : url.pathname}` };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
