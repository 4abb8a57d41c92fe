import type { Kysely, Transaction } from 'kysely';
import type { AuditResult, Finding, RememberedToken } from '../model/index.ts';
import type { AttestationWord } from './inventory.ts';
import type { AttestationRow, FindingRow, Tables } from './schema.ts';
import { earlierUseOf } from './uses.ts';

const ASKED_AT_ONCE = 10_000;

/** See `Inventory.remembered`. */
export async function readRemembered(database: Kysely<Tables>, ids: readonly string[]): Promise<ReadonlyMap<string, RememberedToken>> {
  const known = new Map<string, RememberedToken>();
  for (let from = 0; from < ids.length; from += ASKED_AT_ONCE) {
    const some = ids.slice(from, from + ASKED_AT_ONCE);
    const rows = await database.selectFrom('findings').select(['id', 'first_seen', 'known_at', 'known_facts', 'recorded_scopes', 'recorded_at', 'genuine_use']).where('id', 'in', some).execute();
    const words = new Map((await database.selectFrom('attestations').selectAll().where('id', 'in', some).execute()).map((word) => [word.id, word]));
    for (const row of rows) {
      const word = words.get(row.id);
      const scopes = scopesIn(row.recorded_scopes);
      const earlierUse = earlierUseOf(row);
      known.set(row.id, {
        firstSeenAt: new Date(row.first_seen),
        ...(row.known_at === null ? {} : { lastAnswerAt: new Date(row.known_at) }),
        ...(scopes === undefined || row.recorded_at === null ? {} : { recordedScopes: { scopes, at: new Date(row.recorded_at) } }),
        ...(word === undefined ? {} : { attestation: attestationOf(word) }),
        ...(earlierUse === undefined ? {} : { earlierUse }),
      });
    }
  }
  return known;
}

function attestationOf({ owner, purpose, scopes, actor, said_at: at, revoked }: AttestationRow): NonNullable<RememberedToken['attestation']> {
  const confirmed = scopesIn(scopes);
  return { owner, purpose, by: actor, at: new Date(at), ...(confirmed === undefined ? {} : { scopes: confirmed }), ...(revoked === null ? {} : { revoked: true }) };
}

/** See `Inventory.recordAttestation`. */
export async function writeAttestation(transaction: Transaction<Tables>, word: AttestationWord, at: Date): Promise<void> {
  const { id, rule, fingerprint, owner, purpose, scopes, actor } = word;
  const said = scopes === undefined ? null : JSON.stringify(sorted(scopes));
  const row: AttestationRow = { id, rule, fingerprint, owner, purpose, scopes: said, actor, said_at: at.toISOString(), revoked: word.revoked === true ? 'yes' : null };
  const { id: _, ...changed } = row;
  await transaction.insertInto('attestations').values(row).onConflict((conflict) => conflict.column('id').doUpdateSet(changed)).execute();
  if (said !== null) await transaction.updateTable('findings').set({ recorded_scopes: said, recorded_at: at.toISOString() }).where('id', '=', id).execute();
}

/** Rows with the record of scopes after this run: what the token had before and still has. Only a person's word adds to a record. */
export async function recordScopes(transaction: Transaction<Tables>, findings: readonly Finding[], run: AuditResult['run'], rows: readonly FindingRow[]): Promise<readonly FindingRow[]> {
  const now = new Map(findings.flatMap((finding) => {
    const scopes = scopesOf(finding);
    return scopes === undefined ? [] : [[finding.id, sorted(scopes)] as const];
  }));
  const before = await readRecorded(transaction, [...now.keys()]);
  return rows.map((row) => {
    const scopes = now.get(row.id);
    if (scopes === undefined) return row;
    const known = before.get(row.id);
    const kept = known === undefined ? scopes : known.filter((scope) => scopes.includes(scope));
    // A record that loses nothing keeps its date.
    if (known !== undefined && kept.length === known.length) return row;
    return { ...row, recorded_scopes: JSON.stringify(kept), recorded_at: run.finishedAt.toISOString() };
  });
}

/** What policy compares: the issuer's word, else the claims of a token that the issuer honours. */
function scopesOf({ introspection, credential }: Finding): readonly string[] | undefined {
  return introspection.status === 'active' ? (introspection.facts.scopes ?? credential.facts?.scopes) : undefined;
}

async function readRecorded(transaction: Transaction<Tables>, ids: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
  const known = new Map<string, readonly string[]>();
  for (let from = 0; from < ids.length; from += ASKED_AT_ONCE) {
    const some = ids.slice(from, from + ASKED_AT_ONCE);
    const rows = await transaction.selectFrom('findings').select(['id', 'recorded_scopes']).where('id', 'in', some).where('recorded_scopes', 'is not', null).execute();
    for (const { id, recorded_scopes: json } of rows) {
      const scopes = scopesIn(json);
      if (scopes !== undefined) known.set(id, scopes);
    }
  }
  return known;
}

function scopesIn(json: string | null): readonly string[] | undefined {
  return json === null ? undefined : (JSON.parse(json) as readonly string[]);
}

function sorted(scopes: readonly string[]): readonly string[] {
  return [...new Set(scopes)].sort();
}
