import type { Mutation } from '../../model/index.ts';
import { accepted, refused } from '../reading/answers.ts';
import { identifier } from './postgresql-session.ts';
import type { PostgresqlSession } from './postgresql-session.ts';

/** Attributes of a role that `ALTER ROLE NO…` takes away. */
const ATTRIBUTES: readonly string[] = ['SUPERUSER', 'CREATEROLE', 'CREATEDB', 'REPLICATION', 'BYPASSRLS'];
const PRIVILEGES = /^(SELECT|INSERT|UPDATE|DELETE|TRUNCATE|REFERENCES|TRIGGER|MAINTAIN|USAGE) on (tables|sequences) of (.+)$/s;

/** Why a scope cannot be taken away; undefined where it can. */
export function cannotDrop(scopes: readonly string[]): string | undefined {
  const stuck = scopes.filter((scope) => !canDrop(scope));
  return stuck.length === 0 ? undefined : `"${stuck.join('", "')}" cannot be taken away from a role: what it owns has to be given to another one (REASSIGN OWNED)`;
}

function canDrop(scope: string): boolean {
  try {
    return scope.startsWith('member of ') ? identifier(scope.slice('member of '.length)) !== '' : statementFor(scope, '"r"') !== undefined;
  } catch {
    // No name that PostgreSQL can hold.
    return false;
  }
}

/** `role` is quoted. */
function statementFor(scope: string, role: string): string | undefined {
  if (ATTRIBUTES.includes(scope)) return `ALTER ROLE ${role} NO${scope}`;
  const [, privilege, what, schema] = PRIVILEGES.exec(scope) ?? [];
  if (privilege !== undefined && schema !== undefined) return `REVOKE ${privilege} ON ALL ${what === 'tables' ? 'TABLES' : 'SEQUENCES'} IN SCHEMA ${identifier(schema)} FROM ${role}`;
  const [, database] = /^CREATE on database (.+)$/s.exec(scope) ?? [];
  return database === undefined ? undefined : `REVOKE CREATE ON DATABASE ${identifier(database)} FROM ${role}`;
}

/** Who granted a membership: since PostgreSQL 16 only a revocation in the grantor's name ends it. `ON` none: older servers keep one grant. */
const GRANTORS = (member: string, role: string): string => `SELECT DISTINCT gr.rolname AS grantor FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid JOIN pg_roles r ON r.oid = m.member JOIN pg_roles gr ON gr.oid = m.grantor WHERE r.rolname = ${member} AND g.rolname = ${role}`;

/** Takes scopes (in the words of an introspection) away from a role, all or none. Nothing that others got from it goes with it: then it is refused. */
export async function dropScopes({ rows, run }: PostgresqlSession, name: string, scopes: readonly string[], literal: (text: string) => string): Promise<Mutation> {
  const role = identifier(name);
  const statements: string[] = [];
  for (const scope of scopes) {
    const [, group] = /^member of (.+)$/s.exec(scope) ?? [];
    if (group === undefined) statements.push(statementFor(scope, role) ?? '');
    else {
      const grantors = (await rows(GRANTORS(literal(name), literal(group))))?.flatMap(({ grantor }) => grantor ?? []) ?? [];
      statements.push(...(grantors.length === 0 ? [`REVOKE ${identifier(group)} FROM ${role}`] : grantors.map((grantor) => `REVOKE ${identifier(group)} FROM ${role} GRANTED BY ${identifier(grantor)}`)));
    }
  }
  for (const statement of ['BEGIN', ...statements]) {
    const refusal = await run(statement);
    if (refusal === undefined) continue;
    await run('ROLLBACK');
    return refused(refusal.code === '2BP01' ? 'answered 2BP01: other roles have it from this one, and would lose it too' : `answered ${refusal.code}`);
  }
  const refusal = await run('COMMIT');
  return refusal === undefined ? accepted('answered COMMIT') : refused(`answered ${refusal.code}`);
}
