import type { Transaction } from 'kysely';
import { isInstant } from '../lib/instant.ts';
import { genuineUse } from '../lib/own-use.ts';
import type { EarlierAnswer, Finding } from '../model/index.ts';
import type { FindingRow, Tables } from './schema.ts';

const ASKED_AT_ONCE = 10_000;

/** What the last answer said of a token's use; undefined where none is remembered. */
export function earlierUseOf(row: Pick<FindingRow, 'known_at' | 'known_facts' | 'genuine_use'>): EarlierAnswer | undefined {
  if (row.known_at === null || row.known_facts === null) return undefined;
  const said = instantIn((JSON.parse(row.known_facts) as { readonly lastUsedAt?: unknown }).lastUsedAt);
  const genuine = instantIn(row.genuine_use);
  return { askedAt: new Date(row.known_at), ...(said === undefined ? {} : { said }), ...(genuine === undefined ? {} : { genuine }) };
}

/** Rows with the last use that was not our own question. Null leaves what was known. */
export async function recordUses(transaction: Transaction<Tables>, findings: readonly Finding[], rows: readonly FindingRow[]): Promise<readonly FindingRow[]> {
  const used = new Map(findings.flatMap(({ id, credential, introspection }) => {
    const stated = introspection.status === 'active' ? introspection.facts.lastUsedAt : undefined;
    const said = stated === 'never' || isInstant(stated) ? stated : undefined;
    const isListed = credential.occurrences.every(({ origin }) => origin.kind === 'issuer');
    return said === undefined ? [] : [[id, { said, askedAt: introspection.at, isListed }] as const];
  }));
  const ids = [...used.keys()];
  const before = new Map<string, EarlierAnswer>();
  for (let from = 0; from < ids.length; from += ASKED_AT_ONCE) {
    const known = await transaction.selectFrom('findings').select(['id', 'known_at', 'known_facts', 'genuine_use']).where('id', 'in', ids.slice(from, from + ASKED_AT_ONCE)).execute();
    for (const row of known) {
      const use = earlierUseOf(row);
      if (use !== undefined) before.set(row.id, use);
    }
  }
  return rows.map((row) => {
    const use = used.get(row.id);
    if (use === undefined) return row;
    const genuine = use.isListed ? use.said : genuineUse(use.said, use.askedAt, before.get(row.id));
    return genuine === undefined ? row : { ...row, genuine_use: genuine === 'never' ? genuine : genuine.toISOString() };
  });
}

function instantIn(value: unknown): Date | 'never' | undefined {
  if (value === 'never') return value;
  const at = typeof value === 'string' ? new Date(value) : undefined;
  return at === undefined || Number.isNaN(at.getTime()) ? undefined : at;
}
