import type { Mutation } from '../../model/index.ts';
import { accepted, refused } from '../reading/answers.ts';
import type { MysqlSession } from './mysql-session.ts';

/** An account is a name at a host. */
interface Account {
  readonly user: string;
  readonly host: string;
}

const DAY_MS = 86_400_000;

/** Why a scope cannot be taken away; undefined where it can. */
export function cannotDrop(scopes: readonly string[]): string | undefined {
  const stuck = scopes.filter((scope) => statementsFor(scope) === undefined);
  return stuck.length === 0 ? undefined : `"${stuck.join('", "')}" is no grant that can be taken away by its name alone`;
}

/** `SELECT, INSERT on shop.*`, ` with grant option`, `role NAME`, as an introspection says them. The account is the statement's last two values. */
function statementsFor(scope: string): readonly string[] | undefined {
  const [, role] = /^role ([^\s'"`\\,]{1,80})$/.exec(scope) ?? [];
  if (role !== undefined) return [`REVOKE \`${role}\` FROM ?@?`];
  const [, privileges, what, option] = /^([A-Z][A-Z ,]{1,300}) on ([^`\\]{1,200}?)( with grant option)?$/s.exec(scope) ?? [];
  if (privileges === undefined || what === undefined) return undefined;
  const names = what.split('.');
  // A name with a dot in it cannot be told from two names.
  if (names.length !== 2 || names.some((name) => name === '')) return undefined;
  const target = names.map((name) => (name === '*' ? '*' : `\`${name}\``)).join('.');
  return [`REVOKE ${privileges} ON ${target} FROM ?@?`, ...(option === undefined ? [] : [`REVOKE GRANT OPTION ON ${target} FROM ?@?`])];
}

/** One statement after the other: MySQL has no transaction for them. What was taken away before a refusal stays away, and is told. */
export async function dropScopes({ run }: MysqlSession, { user, host }: Account, scopes: readonly string[]): Promise<Mutation> {
  let done = 0;
  for (const statement of scopes.flatMap((scope) => statementsFor(scope) ?? [])) {
    const refusal = await run(statement, [user, host]);
    // There is no such grant any more, which is what is wanted (a run that ended in the middle): 1141, 1147; of a role 1962 (MariaDB), 3530.
    if (refusal !== undefined && ![1141, 1147, 1962, 3530].includes(refusal.number)) return refused(`answered ${refusal.number}${done === 0 ? '' : ` after ${done} of its grants were gone`}`);
    done += 1;
  }
  return accepted(`answered REVOKE (${done})`);
}

/** A password's end is counted in whole days from when it was set, so that it comes up to a day before what is wanted. */
export async function endPassword({ run }: MysqlSession, { user, host }: Account, changedAt: Date | undefined, until: Date, now: Date): Promise<Mutation> {
  if (changedAt === undefined) return refused('the server does not say when the password was set, and counts its days from then');
  const days = Math.floor((until.getTime() - changedAt.getTime()) / DAY_MS);
  if (days < 1 || changedAt.getTime() + days * DAY_MS <= now.getTime()) return refused('a password ends whole days after it was set, and the last one before the planned end is past: it would end now');
  const refusal = await run(`ALTER USER ?@? PASSWORD EXPIRE INTERVAL ${days} DAY`, [user, host]);
  return refusal === undefined ? accepted('answered ALTER USER') : refused(`answered ${refusal.number}`);
}
