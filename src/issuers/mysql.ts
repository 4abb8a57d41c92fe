import type { AdminAsk, Answer, Ask, Issuer, LimitAbout, ListedToken, ListEnd, Mutation, Replacement, Subject } from '../model/index.ts';
import type { GivenFacts } from './exchange/ask-once.ts';
import { administratorOf, answerOf, databaseOf, mutationOf, needsAdministrator, needsUser, openTo, protocolOf, tlsOf, userOf } from './exchange/database.ts';
import type { Login } from './exchange/database.ts';
import { cannotNarrow } from './exchange/issue-once.ts';
import { listed } from './exchange/listed.ts';
import { cannotDrop, dropScopes, endPassword } from './exchange/mysql-limits.ts';
import { mysqlSession } from './exchange/mysql-session.ts';
import type { MysqlRefusal, MysqlSession, Row } from './exchange/mysql-session.ts';
import { needsOwnPair } from './exchange/own-credentials.ts';
import { newPassword } from './exchange/postgresql-session.ts';
import { accepted, active, inactive, refused, unknown } from './reading/answers.ts';
import { epochSeconds } from './reading/fields.ts';

const KIND = 'mysql-url-password';
const DAY_MS = 86_400_000;
const AFTERWARDS = 'Connections that are open go on until they end (KILL ends them).';
const THROWN_AWAY = 'ALTER USER IDENTIFIED BY, ACCOUNT LOCK';

/**
 * Accounts of a MySQL or MariaDB server, whose address is the store's URL (`mysql://db.example.com:3306`). A password is asked
 * by signing in with it. An account is a name at a host, so that a refusal alone does not tell a wrong password from an account
 * for other hosts: an administrator (`auth: { method: client_secret_basic }`, who may read the schema mysql) does.
 */
export const issuer: Issuer = {
  id: 'mysql',
  name: 'MySQL and MariaDB',
  kinds: [KIND, 'generic-dsn', 'jdbc-url-password', 'url-credentials'],
  protocol: protocolOf(['mysql', 'mariadb'], 3306, { 'ssl-mode': ['disabled', 'required', 'verify_identity'] }),
  proof: { how: 'real-server', reference: 'MariaDB 10.11: sign-in, SHOW GRANTS, SHOW CREATE USER, mysql.global_priv, ALTER USER; MySQL 8.4 reference manual: server error messages, ALTER USER, mysql.user (grant tables)' },
  introspect: { method: 'sign-in, SHOW GRANTS', run: introspect, particular: needsUser },
  revoke: {
    method: THROWN_AWAY,
    reversible: false,
    sideEffects: `The account gets a password that nobody knows, and is locked. Views and routines that it defines stop where they run as their definer. ${AFTERWARDS}`,
    particular: needsAdministrator,
    run: (ask) => onAccount(ask, userOf(ask) ?? '', forget),
  },
  deactivate: { method: 'ALTER USER ACCOUNT LOCK', reversible: true, sideEffects: `The account cannot sign in until ALTER USER … ACCOUNT UNLOCK. ${AFTERWARDS}`, particular: needsAdministrator, run: (ask) => onAccount(ask, userOf(ask) ?? '', lock) },
  rotate: { method: 'ALTER USER IDENTIFIED BY', endsOld: true, sideEffects: `The old password stops at once, everywhere it is used. ${AFTERWARDS}`, particular: needsUser, run: rotate },
  shorten: {
    method: 'ALTER USER PASSWORD EXPIRE INTERVAL',
    reversible: true,
    sideEffects: `The password ends whole days after it was set: up to a day before the planned end. ${AFTERWARDS}`,
    impossible: needsOther,
    async run(ask, until) {
      const account = accountOf(ask.tokenId);
      if (account === undefined) return refused('an account is a name, @ and a host');
      return asAdministrator<Mutation>(ask, async (session) => endPassword(session, account, (await readAccounts(session, account.user))?.find(({ host }) => host === account.host)?.changedAt, until, ask.now()), notAdmitted);
    },
  },
  narrow: {
    method: 'REVOKE',
    reversible: true,
    sideEffects: 'The account loses whole grants, with every password it ever has. They come back with GRANT only.',
    impossible: (about, { drop }) => needsOther(about) ?? cannotDrop(drop),
    async run(ask, { drop }) {
      const account = accountOf(ask.tokenId);
      return account === undefined ? refused('an account is a name, @ and a host') : asAdministrator<Mutation>(ask, (session) => dropScopes(session, account, drop), notAdmitted);
    },
  },
  list: { method: 'SELECT FROM mysql.user', impossible: needsPair, run: list },
  revokeById: {
    method: THROWN_AWAY,
    impossible: needsPair,
    reversible: false,
    sideEffects: `The account gets a password that nobody knows, and is locked. ${AFTERWARDS}`,
    run: async (ask, tokenId) => {
      const account = accountOf(tokenId);
      if (account === undefined) return refused('an account is a name, @ and a host');
      return account.user === administratorOf(ask)?.user ? refused('it is the account that we sign in as') : asAdministrator<Mutation>(ask, (session) => forget(session, account), notAdmitted);
    },
  },
};

function needsPair(store: Subject['store']): string | undefined {
  return needsOwnPair(store, 'user name and password');
}

/** An account other than the one that we sign in as. */
function needsOther({ store, tokenId }: LimitAbout): string | undefined {
  return needsPair(store) ?? (accountOf(tokenId)?.user === administratorOf({ store })?.user ? 'it is the account that we sign in as' : undefined);
}

interface Account {
  readonly user: string;
  readonly host: string;
}

function accountOf(text: string): Account | undefined {
  const at = text.lastIndexOf('@');
  return at < 0 ? undefined : { user: text.slice(0, at), host: text.slice(at + 1) };
}

async function signIn<T>(ask: AdminAsk, login: Login & { readonly database?: string | undefined }, read: (session: MysqlSession) => Promise<T>, judge: (refusal: MysqlRefusal) => T): ReturnType<typeof openTo<T>> {
  return openTo(ask, 'mysql', tlsOf(ask.store, 'ssl-mode'), async (stream, tls) => {
    const came = await mysqlSession(stream, tls, login, async (session) => ({ value: await read(session) }));
    return 'refused' in came ? judge(came.refused) : came.value;
  });
}

async function introspect(ask: Ask): Promise<Answer> {
  const login = { user: userOf(ask) ?? '', password: ask.secret.reveal() };
  const wanted = databaseOf(ask);
  let answer = await answerFor(ask, { ...login, database: wanted });
  if (answer === 'denied') return deniedAnswer(ask, login.user);
  if (answer.status === 'active' && answer.facts.sub === undefined && wanted !== undefined) {
    // Only that database is closed to it: what the account may do is told without one.
    const elsewhere = await answerFor(ask, login);
    if (elsewhere !== 'denied' && elsewhere.status === 'active') answer = active({ ...elsewhere.facts, notes: { ...elsewhere.facts.notes, ...answer.facts.notes } });
  }
  return answer.status === 'active' && administratorOf(ask) !== undefined ? withDates(ask, answer.facts) : answer;
}

async function answerFor(ask: Ask, login: Login & { readonly database?: string | undefined }): Promise<Answer | 'denied'> {
  const outcome = await signIn<Answer | 'denied'>(ask, login, (session) => factsOf(session), judged);
  return outcome.ok ? outcome.value : answerOf(outcome);
}

/** What a refused sign-in says of the password (MySQL 8.4 server error reference; MariaDB error codes). */
function judged({ number }: MysqlRefusal): Answer | 'denied' {
  switch (number) {
    case 1045:
      return 'denied';
    case 3118:
    case 4151:
      return inactive(`the server answers ${number}: the account is locked`);
    case 1862:
      return active({ notes: { barred: 'the password is right but has expired: it can only be used to set a new one (1862)' } });
    case 1049:
      return active({ notes: { database: 'the password is right; the database it is for does not exist (1049)' } });
    case 1044:
      return active({ notes: { database: 'the password is right; the account may not use that database (1044)' } });
    case 1203:
    case 1226:
      return active({ notes: { barred: `the password is right; the account has used up what it may (${number})` } });
    case 1040:
    case 1053:
    case 1129:
      return unknown('server-error', `answered ${number}: the server takes no connection from us now`);
    default:
      return unknown('ambiguous', `answered ${number}, which says nothing of the password`);
  }
}

/** 1045: a wrong password, no such account, or one for other hosts. Only who can see the accounts can tell. */
async function deniedAnswer(ask: Ask, user: string): Promise<Answer> {
  const unclear = unknown('ambiguous', 'answered 1045: a wrong password, or an account for other hosts than ours');
  if (administratorOf(ask) === undefined) return unclear;
  const accounts = await accountsOf(ask, user);
  if (accounts === undefined) return unclear;
  if (accounts.length === 0) return inactive('the server answers 1045 and has no account of this name');
  if (accounts.every(({ isLocked }) => isLocked)) return inactive('the server answers 1045 and the account is locked');
  return accounts.length === 1 && accounts[0]?.host === '%' ? inactive('the server answers 1045: not the password of this account, which may come from any host') : unclear;
}

async function factsOf({ rows }: MysqlSession): Promise<Answer> {
  const me = (await rows('SELECT CURRENT_USER() AS account'))?.[0]?.['account'] ?? undefined;
  // 1820 on every statement: the password is right, and must be changed before anything else.
  if (me === undefined) return active({ notes: { barred: 'the password is right but has expired: it can only be used to set a new one (1820)' } });
  if (/skip-grants/.test(me) || me === '' || me.startsWith('@')) return unknown('ambiguous', 'the server lets in whoever comes, so that it proves nothing');
  const grants = await rows('SHOW GRANTS');
  const created = Object.values((await rows('SHOW CREATE USER CURRENT_USER()'))?.[0] ?? {})[0] ?? '';
  const interval = /PASSWORD EXPIRE INTERVAL (\d+) DAY/i.exec(created)?.[1];
  const isNever = /PASSWORD EXPIRE NEVER/i.test(created);
  const byDefault = isNever || interval !== undefined ? undefined : (await rows('SELECT @@default_password_lifetime AS days'))?.[0]?.['days'];
  const days = interval ?? byDefault;
  return active({
    sub: me,
    tokenId: me,
    ...(grants === undefined ? {} : { scopes: grants.flatMap((row) => scopeOf(Object.values(row)[0] ?? '')) }),
    ...(isNever || (created !== '' && byDefault === '0') ? { exp: 'never' } : {}),
    ...(days === undefined || days === null || days === '0' ? {} : { notes: { lifetime: `the password expires ${days} days after it was set` } }),
  });
}

/** `GRANT SELECT ON shop.* TO app@%`: what, and on what. The rest may hold the hash of the password. */
function scopeOf(grant: string): readonly string[] {
  const what = /^GRANT (.{1,300}?) ON (.{1,200}?) TO /s.exec(grant);
  const option = / WITH GRANT OPTION/.test(grant) ? ' with grant option' : '';
  if (what !== null) return what[1] === 'USAGE' ? [] : [`${what[1] ?? ''} on ${(what[2] ?? '').replaceAll('`', '')}${option}`];
  const role = /^GRANT (.{1,200}?) TO /s.exec(grant)?.[1];
  return role === undefined ? [] : [`role ${role.replaceAll('`', '').replace(/@%$/, '')}`];
}

interface AccountRow extends Account {
  readonly isLocked: boolean;
  readonly changedAt?: Date;
  /** Absent: the server's default. */
  readonly lifetimeDays?: number;
}

const OF_MYSQL = 'SELECT User AS user, Host AS host, account_locked AS locked, UNIX_TIMESTAMP(password_last_changed) AS changed, password_lifetime AS lifetime FROM mysql.user';
const OF_MARIADB = `SELECT User AS user, Host AS host, JSON_VALUE(Priv, '$.account_locked') AS locked, JSON_VALUE(Priv, '$.password_last_changed') AS changed, JSON_VALUE(Priv, '$.password_lifetime') AS lifetime FROM mysql.global_priv WHERE JSON_VALUE(Priv, '$.is_role') IS NULL`;

async function readAccounts({ rows }: MysqlSession, user?: string): Promise<readonly AccountRow[] | undefined> {
  const found = (await rows(OF_MARIADB)) ?? (await rows(OF_MYSQL));
  return found?.map(readAccount).filter((account) => user === undefined || account.user === user).sort((a, b) => (`${a.user}@${a.host}` < `${b.user}@${b.host}` ? -1 : 1));
}

function readAccount(row: Row): AccountRow {
  const changedAt = epochSeconds(Number(row['changed'] ?? '0'));
  const lifetime = row['lifetime'] === null || row['lifetime'] === undefined ? undefined : Number(row['lifetime']);
  return {
    user: row['user'] ?? '',
    host: row['host'] ?? '',
    isLocked: ['Y', '1', 'true'].includes(row['locked'] ?? ''),
    ...(changedAt === undefined ? {} : { changedAt }),
    ...(lifetime === undefined || lifetime < 0 ? {} : { lifetimeDays: lifetime }),
  };
}

async function accountsOf(ask: AdminAsk, user: string): Promise<readonly AccountRow[] | undefined> {
  return asAdministrator<readonly AccountRow[] | undefined>(ask, (session) => readAccounts(session, user), () => undefined, () => undefined);
}

async function asAdministrator<T>(ask: AdminAsk, read: (session: MysqlSession) => Promise<T>, judge: (refusal: MysqlRefusal) => T, broken?: () => T): Promise<T> {
  const own = administratorOf(ask);
  if (own === undefined) return judge({ number: 1045 });
  const outcome = await signIn<T>(
    ask,
    own,
    async (session) => {
      // Names are quoted with backslashes, which a mode of the server could take for letters.
      await session.run("SET SESSION sql_mode = ''");
      return read(session);
    },
    judge,
  );
  return outcome.ok || broken !== undefined ? (outcome.ok ? outcome.value : (broken as () => T)()) : (mutationOf(outcome) as T);
}

/** When it was set and until when it holds, which only an administrator sees. */
async function withDates(ask: Ask, facts: Extract<Answer, { readonly status: 'active' }>['facts']): Promise<Answer> {
  const mine = facts.tokenId === undefined ? undefined : accountOf(facts.tokenId);
  const row = mine === undefined ? undefined : (await accountsOf(ask, mine.user))?.find(({ host }) => host === mine.host);
  return active(row === undefined ? facts : { ...facts, ...datesOf(row), ...(facts.exp === 'never' ? { exp: 'never' } : {}) });
}

function datesOf({ changedAt, lifetimeDays }: AccountRow): GivenFacts {
  return {
    ...(changedAt === undefined ? {} : { iat: changedAt }),
    ...(lifetimeDays === 0 ? { exp: 'never' } : lifetimeDays !== undefined && changedAt !== undefined ? { exp: new Date(changedAt.getTime() + lifetimeDays * DAY_MS) } : {}),
  };
}

function notAdmitted({ number }: MysqlRefusal): Extract<Mutation, { readonly status: 'refused' }> {
  return refused(`our own sign-in was refused with ${number}`);
}

/** The one account of that name, or of several the one that the password opens. */
async function onAccount(ask: Ask, user: string, act: (session: MysqlSession, account: Account) => Promise<Mutation>): Promise<Mutation> {
  const account = await accountFor(ask, user);
  if (account === undefined) return refused('there is no account of this name, or several, and the password does not say which');
  return asAdministrator<Mutation>(ask, (session) => act(session, account), notAdmitted);
}

async function accountFor(ask: Ask, user: string): Promise<Account | undefined> {
  const accounts = await accountsOf(ask, user);
  if (accounts?.length === 1) return accounts[0];
  const answer = await answerFor(ask, { user, password: ask.secret.reveal() });
  return answer !== 'denied' && answer.status === 'active' && answer.facts.tokenId !== undefined ? accountOf(answer.facts.tokenId) : undefined;
}

const lock = async ({ run }: MysqlSession, { user, host }: Account): Promise<Mutation> => told(await run('ALTER USER ?@? ACCOUNT LOCK', [user, host]));
const forget = async ({ run }: MysqlSession, { user, host }: Account): Promise<Mutation> => told(await run('ALTER USER ?@? IDENTIFIED BY ? ACCOUNT LOCK', [user, host, newPassword()]));

function told(refusal: MysqlRefusal | undefined): Mutation {
  return refusal === undefined ? accepted('answered ALTER USER') : refused(`answered ${refusal.number}`);
}

/** By the administrator, else by the account itself, which may change its own password. */
async function rotate(...[ask, wish, makeSecret]: Parameters<NonNullable<Issuer['rotate']>['run']>): Promise<Replacement> {
  const cannot = cannotNarrow(wish);
  if (cannot !== undefined) return refused(cannot);
  const isOwn = administratorOf(ask) === undefined;
  const days = wish.expiresAt === undefined ? undefined : Math.floor((wish.expiresAt.getTime() - ask.now().getTime()) / DAY_MS);
  if (days !== undefined && (isOwn || days < 1)) return refused(isOwn ? 'an account cannot set when its own password expires; give the store auth: of an administrator' : 'a password expires after whole days');
  const user = userOf(ask) ?? '';
  const account = isOwn ? undefined : await accountFor(ask, user);
  if (!isOwn && account === undefined) return refused('there is no account of this name, or several, and the password does not say which');
  const password = newPassword();
  const issued = (tokenId: string): Replacement => ({
    status: 'issued',
    secret: makeSecret(password),
    facts: { sub: tokenId, tokenId, iat: ask.now(), ...(days === undefined ? {} : { exp: new Date(ask.now().getTime() + days * DAY_MS) }) },
    oldLives: false,
  });
  if (account !== undefined) {
    return asAdministrator<Replacement>(
      ask,
      async ({ run }) => {
        const refusal = await run(`ALTER USER ?@? IDENTIFIED BY ?${days === undefined ? '' : ` PASSWORD EXPIRE INTERVAL ${days} DAY`}`, [account.user, account.host, password]);
        return refusal === undefined ? issued(`${account.user}@${account.host}`) : refused(`answered ${refusal.number}`);
      },
      notAdmitted,
    );
  }
  const outcome = await signIn<Replacement>(
    ask,
    { user, password: ask.secret.reveal() },
    async ({ rows, run }) => {
      const self = (await rows('SELECT CURRENT_USER() AS account, VERSION() AS version'))?.[0];
      const me = self?.['account'] ?? user;
      // MariaDB lets an account change its own password by this statement only.
      const refusal = await run(/mariadb/i.test(self?.['version'] ?? '') ? 'SET PASSWORD = PASSWORD(?)' : 'ALTER USER CURRENT_USER() IDENTIFIED BY ?', [password]);
      return refusal === undefined ? issued(me) : refused(`answered ${refusal.number}`);
    },
    ({ number }) => refused(`the sign-in was refused with ${number}`),
  );
  return mutationOf(outcome);
}

async function* list(ask: AdminAsk): AsyncGenerator<ListedToken, ListEnd> {
  const own = administratorOf(ask);
  if (own === undefined) return { complete: false, why: 'own-credentials', detail: 'no account of our own' };
  const outcome = await signIn<readonly AccountRow[] | MysqlRefusal | undefined>(ask, own, (session) => readAccounts(session), (refusal) => refusal);
  if (!outcome.ok) return { complete: false, why: outcome.why, detail: outcome.detail };
  const { value } = outcome;
  if (value === undefined || 'number' in value) return { complete: false, why: 'own-credentials', detail: value === undefined ? 'our own account may not read the schema mysql' : `our own sign-in was refused with ${value.number}` };
  for (const account of value) {
    const facts = datesOf(account);
    const isDead = account.isLocked || (facts.exp instanceof Date && facts.exp <= ask.now());
    yield* listed(KIND, `${account.user}@${account.host}`, { sub: `${account.user}@${account.host}`, ...facts }, isDead ? 'inactive' : 'active');
  }
  return { complete: true };
}
