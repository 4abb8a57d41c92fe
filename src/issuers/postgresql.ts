import type { AdminAsk, Answer, Ask, Issuer, LimitAbout, LimitAsk, ListedToken, ListEnd, Mutation, Replacement, ScopeLimit, Subject } from '../model/index.ts';
import type { GivenFacts } from './exchange/ask-once.ts';
import { administratorOf, answerOf, databaseOf, mutationOf, needsAdministrator, needsUser, openTo, protocolOf, tlsOf, userOf } from './exchange/database.ts';
import type { Login } from './exchange/database.ts';
import { cannotNarrow } from './exchange/issue-once.ts';
import { listed } from './exchange/listed.ts';
import { needsOwnPair } from './exchange/own-credentials.ts';
import { cannotDrop, dropScopes } from './exchange/postgresql-limits.ts';
import { identifier, newPassword, postgresqlSession } from './exchange/postgresql-session.ts';
import type { PostgresqlRefusal, PostgresqlSession, Row } from './exchange/postgresql-session.ts';
import { scramVerifier } from './exchange/scram-verifier.ts';
import { accepted, active, inactive, refused, unknown } from './reading/answers.ts';
import { instant } from './reading/fields.ts';

const KIND = 'postgresql-url-password';
const AFTERWARDS = 'Sessions that are open go on until they end (pg_terminate_backend ends them).';

/**
 * Roles of a PostgreSQL server, whose address is the store's URL (`postgresql://db.example.com:5432`). A password is asked by
 * signing in with it; a role that may create roles (`auth: { method: client_secret_basic }`) lists, locks and changes them.
 */
export const issuer: Issuer = {
  id: 'postgresql',
  name: 'PostgreSQL',
  kinds: [KIND, 'jdbc-url-password', 'generic-pgpass', 'url-credentials', 'pgbouncer-user'],
  protocol: protocolOf(['postgresql', 'postgres'], 5432, { sslmode: ['disable', 'require', 'verify-full'] }),
  proof: { how: 'real-server', reference: 'PostgreSQL 18.4: sign-in, pg_roles, pg_auth_members, ALTER ROLE; documentation appendix A (error codes), CREATE ROLE (VALID UNTIL), RFC 5802 and 5803 (SCRAM)' },
  introspect: { method: 'sign-in, SELECT FROM pg_roles', run: introspect, particular: needsUser },
  revoke: {
    method: 'ALTER ROLE NOLOGIN PASSWORD NULL',
    reversible: false,
    sideEffects: `The role cannot sign in any more, by no means, until it gets LOGIN and a password again. What it owns stays. ${AFTERWARDS}`,
    particular: needsAdministrator,
    run: (ask) => alter(ask, userOf(ask), 'NOLOGIN PASSWORD NULL'),
  },
  deactivate: {
    method: 'ALTER ROLE NOLOGIN',
    reversible: true,
    sideEffects: `The role cannot sign in until ALTER ROLE … LOGIN. ${AFTERWARDS}`,
    particular: needsAdministrator,
    run: (ask) => alter(ask, userOf(ask), 'NOLOGIN'),
  },
  rotate: { method: 'ALTER ROLE PASSWORD (SCRAM verifier)', endsOld: (subject) => !isPaired(subject), sideEffects: `The old password stops at once, everywhere it is used, unless the role is one of a pair (NAME_a, NAME_b): then the other one takes over. ${AFTERWARDS}`, particular: needsUser, run: rotate },
  shorten: {
    method: 'ALTER ROLE VALID UNTIL',
    reversible: true,
    sideEffects: `The password of the role ends then; other ways to sign in (a certificate, peer) do not. ${AFTERWARDS}`,
    impossible: needsOther,
    run: (ask, until) => alter({ ...ask, ...ask.subject }, ask.tokenId, `VALID UNTIL '${until.toISOString()}'`),
  },
  narrow: {
    method: 'ALTER ROLE NO…, REVOKE',
    reversible: true,
    sideEffects: 'The role loses it with every password it ever has. Rights come back with GRANT and ALTER ROLE only; sessions that are open lose them at once.',
    impossible: (about, { drop }) => needsOther(about) ?? cannotDrop(drop),
    run: narrow,
  },
  list: { method: 'SELECT FROM pg_roles', impossible: needsPair, run: list },
  revokeById: {
    method: 'ALTER ROLE NOLOGIN PASSWORD NULL',
    impossible: needsPair,
    reversible: false,
    sideEffects: `The role cannot sign in any more until it gets LOGIN and a password again. ${AFTERWARDS}`,
    run: (ask, role) => (role === administratorOf(ask)?.user ? Promise.resolve(refused('it is the role that we sign in as')) : alter(ask, role, 'NOLOGIN PASSWORD NULL')),
  },
};

function needsPair(store: Subject['store']): string | undefined {
  return needsOwnPair(store, 'user name and password');
}

/** A role other than the one that we sign in as. */
function needsOther({ store, tokenId }: LimitAbout): string | undefined {
  return needsPair(store) ?? (tokenId === administratorOf({ store })?.user ? 'it is the role that we sign in as' : undefined);
}

/** In the database that the password is for, as its introspection looked there. */
async function narrow(ask: LimitAsk, { drop }: ScopeLimit): Promise<Mutation> {
  const own = administratorOf(ask);
  if (own === undefined) return refused('it needs an administrator');
  const database = databaseOf(ask.subject ?? ask) ?? 'postgres';
  return mutationOf(await signIn<Mutation>(ask, { ...own, database }, (session) => dropScopes(session, ask.tokenId, drop, literal), notAdmitted));
}

async function introspect(ask: Ask): Promise<Answer> {
  const login = { user: userOf(ask) ?? '', password: ask.secret.reveal() };
  const wanted = databaseOf(ask) ?? 'postgres';
  const answer = answerOf(await signIn(ask, { ...login, database: wanted }, factsOf, judged));
  if (answer.status !== 'active' || answer.facts.sub !== undefined || wanted === 'postgres') return answer;
  // The password is right, only that database is closed to it: what the role may do is told in another one.
  const elsewhere = answerOf(await signIn(ask, { ...login, database: 'postgres' }, factsOf, judged));
  return elsewhere.status === 'active' ? active({ ...elsewhere.facts, notes: { ...elsewhere.facts.notes, ...answer.facts.notes } }) : answer;
}

/** Signs in; `read` speaks in the session, `judge` says what a refusal means. */
async function signIn<T>(ask: AdminAsk, login: Login & { readonly database: string }, read: (session: PostgresqlSession, login: Login) => Promise<T>, judge: (refusal: PostgresqlRefusal) => T): ReturnType<typeof openTo<T>> {
  return openTo(ask, 'postgresql', tlsOf(ask.store, 'sslmode'), async (stream, tls) => {
    const came = await postgresqlSession(stream, tls, login, async (session) => ({ value: await read(session, login) }));
    return 'refused' in came ? judge(came.refused) : came.value;
  });
}

/** What a refused sign-in says of the password. Codes alone do not tell: routines of the server's source do, and other software in its place has none. */
function judged({ code, routine }: PostgresqlRefusal): Answer {
  if (code === '28P01') return inactive('PostgreSQL answers 28P01: not the password of this role, or it has expired (VALID UNTIL), or there is no such role');
  const isPast = routine === 'InitializeSessionUserId' || routine === 'InitPostgres' || routine === 'CheckMyDatabase';
  if (code === '28000' && routine === 'InitializeSessionUserId') return inactive('PostgreSQL answers 28000: the role may not log in');
  if (code === '3D000' && isPast) return active({ notes: { database: 'the password is right; the database it is for does not exist (3D000)' } });
  if (code === '42501' && isPast) return active({ notes: { database: 'the password is right; the role may not connect to that database (42501)' } });
  if (code === '53300' && routine === 'InitializeSessionUserId') return active({ notes: { barred: 'the password is right; the role has all its connections open (53300)' } });
  if (code === '28000') return unknown('ambiguous', 'answered 28000: its pg_hba.conf keeps us out, which says nothing of the password');
  if (code === '53300' || code === '57P03' || code === '57P01') return unknown('server-error', `answered ${code}: the server takes no connection now`);
  return unknown('ambiguous', `answered ${code}, which says nothing of the password`);
}

const ATTRIBUTES: readonly (readonly [column: string, name: string])[] = [
  ['rolsuper', 'SUPERUSER'],
  ['rolcreaterole', 'CREATEROLE'],
  ['rolcreatedb', 'CREATEDB'],
  ['rolreplication', 'REPLICATION'],
  ['rolbypassrls', 'BYPASSRLS'],
];

const ROLE = `SELECT r.rolname, r.rolcanlogin, r.rolsuper, r.rolcreaterole, r.rolcreatedb, r.rolreplication, r.rolbypassrls,
  CASE WHEN r.rolvaliduntil IS NULL OR r.rolvaliduntil = 'infinity' THEN 'never' ELSE to_char(r.rolvaliduntil AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') END AS until,
  shobj_description(r.oid, 'pg_authid') AS comment,
  (SELECT string_agg(g.rolname, E'\\n' ORDER BY g.rolname) FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid WHERE m.member = r.oid) AS roles
FROM pg_roles r`;

const GRANTS = `SELECT DISTINCT a.privilege_type || ' on ' || CASE WHEN c.relkind = 'S' THEN 'sequences' ELSE 'tables' END || ' of ' || n.nspname AS scope
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace CROSS JOIN LATERAL aclexplode(c.relacl) a
WHERE a.grantee = (SELECT oid FROM pg_roles WHERE rolname = current_user) AND n.nspname !~ '^(pg_|information_schema$)' ORDER BY 1 LIMIT 200`;

const DATABASE = `SELECT current_database() AS name, has_database_privilege(current_database(), 'CREATE') AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS may_create,
  (SELECT string_agg(nspname, E'\\n' ORDER BY nspname) FROM pg_namespace WHERE nspowner = (SELECT oid FROM pg_roles WHERE rolname = current_user) AND nspname !~ '^(pg_|information_schema$)') AS owned`;

async function factsOf(session: PostgresqlSession, login: Login): Promise<Answer> {
  if (!session.asked) return unknown('ambiguous', 'the server let us in without asking for the password (trust), so that it proves nothing');
  const role = (await session.rows(`${ROLE} WHERE r.rolname = session_user`))?.[0];
  const grants = await session.rows(GRANTS);
  const database = (await session.rows(DATABASE))?.[0];
  const more = [
    ...(grants ?? []).flatMap(({ scope }) => scope ?? []),
    ...(database?.['may_create'] === 't' ? [`CREATE on database ${database['name'] ?? ''}`] : []),
    ...namesIn(database?.['owned']).map((name) => `owner of schema ${name}`),
  ];
  if (role === undefined) return active({ sub: login.user, tokenId: login.user });
  const facts = roleFacts(role);
  return active({ ...facts, scopes: [...(facts.scopes ?? []), ...more] });
}

function roleFacts(role: Row): GivenFacts {
  const until = role['until'];
  return {
    sub: role['rolname'] ?? undefined,
    tokenId: role['rolname'] ?? undefined,
    name: role['comment'] ?? undefined,
    scopes: [...ATTRIBUTES.filter(([column]) => role[column] === 't').map(([, name]) => name), ...namesIn(role['roles']).map((name) => `member of ${name}`)],
    exp: until === 'never' ? 'never' : instant(until),
  };
}

function namesIn(lines: string | null | undefined): readonly string[] {
  return lines === null || lines === undefined || lines === '' ? [] : lines.split('\n');
}

/** As administrator. What the server refuses is refused; that it was done is not proof. */
async function alter(ask: AdminAsk, role: string | undefined, how: string): Promise<Mutation> {
  const own = administratorOf(ask);
  if (own === undefined || role === undefined) return refused('it needs an administrator and the name of the role');
  return mutationOf(await signIn<Mutation>(ask, { ...own, database: adminDatabase(ask) }, async (session) => told(await session.run(`ALTER ROLE ${identifier(role)} ${how}`)), notAdmitted));
}

function told(refusal: PostgresqlRefusal | undefined): Mutation {
  return refusal === undefined ? accepted('answered ALTER ROLE') : refused(`answered ${refusal.code}`);
}

function notAdmitted({ code }: PostgresqlRefusal): Extract<Mutation, { readonly status: 'refused' }> {
  return refused(`our own sign-in was refused with ${code}`);
}

function adminDatabase(ask: AdminAsk): string {
  return databaseOf(ask) ?? 'postgres';
}

/** By the administrator, else by the role itself, which may change its own password. The server never sees the new one. */
async function rotate(...[ask, wish, makeSecret]: Parameters<NonNullable<Issuer['rotate']>['run']>): Promise<Replacement> {
  const cannot = cannotNarrow(wish);
  if (cannot !== undefined) return refused(cannot);
  const role = userOf(ask) ?? '';
  const own = administratorOf(ask);
  if (own !== undefined && isPaired(ask)) return rouse(ask, role, own, wish, makeSecret);
  if (own === undefined && wish.expiresAt !== undefined) return refused('a role cannot set its own VALID UNTIL; give the store auth: of an administrator');
  const login = own === undefined ? { user: role, password: ask.secret.reveal(), database: databaseOf(ask) ?? 'postgres' } : { ...own, database: adminDatabase(ask) };
  const password = newPassword();
  const until = wish.expiresAt === undefined ? '' : ` VALID UNTIL '${wish.expiresAt.toISOString()}'`;
  const outcome = await signIn<Replacement>(
    ask,
    login,
    async (session) => {
      const refusal = await session.run(`ALTER ROLE ${identifier(role)} PASSWORD '${scramVerifier(password)}'${until}`);
      if (refusal !== undefined) return refused(`answered ${refusal.code}`);
      return { status: 'issued', secret: makeSecret(password), facts: { sub: role, tokenId: role, ...(wish.expiresAt === undefined ? {} : { exp: wish.expiresAt }) }, oldLives: false };
    },
    notAdmitted,
  );
  return mutationOf(outcome);
}

/** Two roles for one purpose, of which one can sign in: an administrator can let the other one take over. */
function isPaired(subject: Subject): boolean {
  const user = userOf(subject);
  return user !== undefined && otherOf(user) !== undefined && administratorOf(subject) !== undefined && administratorOf(subject)?.user !== user;
}

function otherOf(role: string): string | undefined {
  const [, base, which] = /^(.+)_([ab])$/.exec(role) ?? [];
  return base === undefined ? undefined : `${base}_${which === 'a' ? 'b' : 'a'}`;
}

/** Gives the sleeping role of a pair a new password. It must sleep, and be a member of the same roles: what it could do beyond them is seen when it is asked about. */
async function rouse(ask: AdminAsk, role: string, own: Login, wish: Parameters<NonNullable<Issuer['rotate']>['run']>[1], makeSecret: Parameters<NonNullable<Issuer['rotate']>['run']>[2]): Promise<Replacement> {
  const other = otherOf(role) ?? '';
  const password = newPassword();
  const outcome = await signIn<Replacement>(
    ask,
    { ...own, database: adminDatabase(ask) },
    async (session) => {
      const rows = await session.rows(`${ROLE} WHERE r.rolname IN (${literal(role)}, ${literal(other)})`);
      const [now, next] = [role, other].map((name) => rows?.find(({ rolname }) => rolname === name));
      if (now === undefined || next === undefined) return refused('the pair has no second role that our own may see');
      if (next['rolcanlogin'] !== 'f') return refused('the second role of the pair can sign in (ALTER ROLE … NOLOGIN, once nothing uses it)');
      if (now['roles'] === null || now['roles'] !== next['roles'] || ATTRIBUTES.some(([column]) => now[column] !== next[column])) return refused('the two roles of the pair are not members of the same roles, with the same attributes');
      const until = wish.expiresAt === undefined ? 'infinity' : wish.expiresAt.toISOString();
      const refusal = await session.run(`ALTER ROLE ${identifier(other)} LOGIN PASSWORD '${scramVerifier(password)}' VALID UNTIL '${until}'`);
      if (refusal !== undefined) return refused(`answered ${refusal.code}`);
      return { status: 'issued', secret: makeSecret(password), facts: { sub: other, tokenId: other, exp: wish.expiresAt ?? 'never' }, oldLives: true };
    },
    notAdmitted,
  );
  return mutationOf(outcome);
}

/** A text of SQL whatever `standard_conforming_strings` says. */
function literal(text: string): string {
  return `E'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}

async function* list(ask: AdminAsk): AsyncGenerator<ListedToken, ListEnd> {
  const own = administratorOf(ask);
  if (own === undefined) return { complete: false, why: 'own-credentials', detail: 'no account of our own' };
  const outcome = await signIn<readonly Row[] | PostgresqlRefusal | undefined>(ask, { ...own, database: adminDatabase(ask) }, ({ rows }) => rows(`${ROLE} WHERE r.rolcanlogin ORDER BY r.rolname`), (refusal) => refusal);
  if (!outcome.ok) return { complete: false, why: outcome.why, detail: outcome.detail };
  const { value } = outcome;
  if (value === undefined || 'code' in value) return { complete: false, why: 'own-credentials', detail: value === undefined ? 'our own role may not read pg_roles' : `our own sign-in was refused with ${value.code}` };
  for (const row of value) {
    const facts = roleFacts(row);
    yield* listed(KIND, facts.tokenId, facts, facts.exp instanceof Date && facts.exp <= ask.now() ? 'inactive' : 'active');
  }
  return { complete: true };
}
