import { WardenError } from '../../model/index.ts';

/** Classes and codes of SQLSTATE (PostgreSQL, appendix A) that say: the server or the connection went away, will come soon, or had to choose between two that waited for each other. */
const AWAY = /^(?:08...|57P0[123]|53300|40001|40P01|55P03)$/;
/** What Node says of a connection. */
const UNCONNECTED = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN', 'EAI_AGAIN', 'ENOTFOUND', 'ECONNABORTED']);
/** What `pg` says of one, without a code. */
const LOST = /^(?:Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client has encountered a connection error|Client was closed)/;

/** Whether the same work may succeed when it is tried again later. */
export function isAway(error: unknown): boolean {
  const { code, message } = (error ?? {}) as { readonly code?: unknown; readonly message?: unknown };
  if (typeof code === 'string' && (AWAY.test(code) || UNCONNECTED.has(code))) return true;
  if (error instanceof AggregateError) return error.errors.some(isAway);
  return typeof message === 'string' && LOST.test(message);
}

/** What people are told of trouble with the database; `shown` names it without its password. */
export function troubleWithDatabase(shown: string, password: string, error: unknown): unknown {
  if (error instanceof WardenError) return error;
  const { code, message } = (error ?? {}) as { readonly code?: unknown; readonly message?: unknown };
  if (typeof code !== 'string' && !isAway(error)) return error;
  const said = [password, encodeURIComponent(password)].filter((form) => form !== '').reduce((text, form) => text.replaceAll(form, '***'), String(message ?? '')).slice(0, 200);
  const why = `${said === '' ? 'no connection' : said}${typeof code === 'string' ? `, ${code}` : ''}`;
  // The cause stays away: drivers put connection parameters into their errors.
  if (isAway(error)) return new WardenError('INVENTORY_UNREACHABLE', `${shown}: the database of the inventory does not answer (${why})`, { hint: 'Check that it runs and that its address is right; the same command goes on where it stopped.' });
  return new WardenError('INVENTORY_REFUSED', `${shown}: the database of the inventory refuses (${why})`, { hint: 'Check name, password (PGPASSWORD or TOKENWARDEN_STORE in the environment) and rights: it writes in the schemas "tokenwarden" and "tokenwarden_queue", and whoever begins the first run makes them.' });
}
