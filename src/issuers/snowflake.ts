import type { AdminAsk, HttpRequest, Issuer, ListedToken } from '../model/index.ts';
import { askOnce, tellById } from './exchange/ask-once.ts';
import { listPages } from './exchange/list-pages.ts';
import { listed } from './exchange/listed.ts';
import { needsOwnToken, ownToken } from './exchange/own-credentials.ts';
import { bearer, below, postJson } from './exchange/requests.ts';
import { epochSeconds, instant, text } from './reading/fields.ts';
import { isObject, objectsOf } from './reading/json.ts';

const KIND = 'snowflake-access-token';
const AS_PAT = { 'x-snowflake-authorization-token-type': 'PROGRAMMATIC_ACCESS_TOKEN' } as const;

/**
 * Programmatic access tokens of Snowflake. The account's host comes from a store; a token is a JWT whose `iss` names the
 * deployment, so it is claimed by `jwt-issuer` or a pattern. It says who it is by a statement that needs no warehouse and reads
 * no data. A refusal for want of a network policy has another code than the one of an invalid token. A token of our own lists
 * and removes those of its user.
 */
export const issuer: Issuer = {
  id: 'snowflake',
  name: 'Snowflake',
  kinds: [KIND],
  proof: { how: 'document', reference: 'Snowflake SQL API (POST /api/v2/statements), SHOW USER PROGRAMMATIC ACCESS TOKENS, ALTER USER … REMOVE PROGRAMMATIC ACCESS TOKEN; codes 394400 (tests of snowflakedb/gosnowflake and snowflake-jdbc) and 390432' },
  introspect: askOnce({
    method: 'POST /api/v2/statements (SELECT CURRENT_USER(), CURRENT_ROLE())',
    request: (ask) => ({ ...statement(ask, 'SELECT CURRENT_USER(), CURRENT_ROLE()', bearer(ask.secret)), repeatable: true }),
    dead: [{ status: 401, at: ['code'], says: '394400', means: 'Snowflake answers 394400: the programmatic access token is invalid' }],
    ambiguous: [{ status: 401, at: ['code'], says: '390432', means: 'answered 390432: its user has no network policy, so no token of it is let in; this one may live' }],
    live: (body) => {
      const [row] = rowsOf(body) ?? [];
      const [sub, role] = [text(row?.['CURRENT_USER()']), text(row?.['CURRENT_ROLE()'])];
      return sub === undefined ? undefined : { sub, scopes: role === undefined ? undefined : [`role:${role}`] };
    },
  }),
  list: {
    method: 'POST /api/v2/statements (SHOW USER PROGRAMMATIC ACCESS TOKENS)',
    impossible: needsOwnToken,
    run: listPages({
      first: (ask) => statement(ask, 'SHOW USER PROGRAMMATIC ACCESS TOKENS', own(ask)),
      read: (body) => {
        const rows = rowsOf(body);
        return rows === undefined || rows.some((row) => !('role_restriction' in row) || text(row['name']) === undefined) ? undefined : { tokens: rows.flatMap(tokenOf) };
      },
    }),
  },
  revokeById: {
    method: 'POST /api/v2/statements (ALTER USER … REMOVE PROGRAMMATIC ACCESS TOKEN)',
    impossible: needsOwnToken,
    reversible: false,
    sideEffects: 'None beyond this token.',
    run: tellById({ request: (ask, name) => statement(ask, `ALTER USER REMOVE PROGRAMMATIC ACCESS TOKEN "${name.replaceAll('"', '""')}"`, own(ask)), accepted: [200], confirms: (body) => isObject(body) && body['code'] === '090001' }),
  },
};

function statement(ask: AdminAsk, sql: string, authorization: Readonly<Record<string, string>>): HttpRequest {
  return postJson(below(ask.store.baseUrl, 'api/v2/statements'), { statement: sql, timeout: 30 }, { ...AS_PAT, ...authorization });
}

function own(ask: AdminAsk): Readonly<Record<string, string>> {
  const token = ownToken(ask);
  return token === undefined ? {} : bearer(token);
}

/** A result set (code 090001) by the names of its columns; undefined for anything else, also one of several parts. */
function rowsOf(body: unknown): readonly Readonly<Record<string, unknown>>[] | undefined {
  if (!isObject(body) || body['code'] !== '090001' || !Array.isArray(body['data']) || !isObject(body['resultSetMetaData'])) return undefined;
  const names = objectsOf(body['resultSetMetaData']['rowType']).map((column) => text(column['name']) ?? '');
  const rows = body['data'].filter((row): row is unknown[] => Array.isArray(row) && row.length === names.length);
  if (names.length === 0 || rows.length !== body['data'].length || body['resultSetMetaData']['numRows'] !== rows.length) return undefined;
  return rows.map((row) => Object.fromEntries(names.map((name, index) => [name, row[index]])));
}

/** Its times are seconds with a fraction, as text. */
function tokenOf(row: Readonly<Record<string, unknown>>): readonly ListedToken[] {
  const role = text(row['role_restriction']);
  const time = (value: unknown): Date | undefined => instant(value) ?? (typeof value === 'string' && /^\d{9,11}(?:\.\d+)?(?: \d+)?$/.test(value) ? epochSeconds(Number(value.split(' ')[0])) : undefined);
  const status = row['status'] === 'ACTIVE' ? 'active' : row['status'] === 'EXPIRED' ? 'inactive' : 'unknown';
  return listed(KIND, text(row['name']), { sub: text(row['user_name']), name: text(row['name']), scopes: role === undefined ? undefined : [`role:${role}`], iat: time(row['created_on']), exp: time(row['expires_at']), owner: text(row['created_by']) }, status);
}
