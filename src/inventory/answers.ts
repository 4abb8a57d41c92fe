import type { Kysely } from 'kysely';
import type { ActiveFacts, Introspection } from '../model/index.ts';
import type { AnswerRow, Tables } from './schema.ts';

/** SQLite takes 32,766 parameters in one statement. */
const INSERTED_AT_ONCE = 5000;
const DATES = new Set(['iat', 'exp', 'lastUsedAt', 'at']);

/** Answers that were given after `since`, by id; older ones are forgotten. What cannot be read is not there. */
export async function readAnswers(database: Kysely<Tables>, since: Date): Promise<ReadonlyMap<string, Introspection>> {
  await database.deleteFrom('answers').where('asked_at', '<', since.toISOString()).execute();
  const rows = await database.selectFrom('answers').selectAll().execute();
  return new Map(
    rows.flatMap((row) => {
      const answer = revived(row);
      return answer === undefined ? [] : [[row.id, answer] as const];
    }),
  );
}

/** For after something was changed at an issuer: what it said before says nothing now. */
export async function forgetAnswers(database: Kysely<Tables>): Promise<void> {
  await database.deleteFrom('answers').execute();
}

/** Keeps answers; those that say neither active nor inactive are passed over. */
export async function writeAnswers(database: Kysely<Tables>, answers: ReadonlyMap<string, Introspection>): Promise<void> {
  const rows = [...answers].flatMap(([id, { at, ...answer }]): readonly AnswerRow[] => (answer.status === 'active' || answer.status === 'inactive' ? [{ id, asked_at: at.toISOString(), answer: JSON.stringify(answer) }] : []));
  for (let from = 0; from < rows.length; from += INSERTED_AT_ONCE) {
    await database
      .insertInto('answers')
      .values(rows.slice(from, from + INSERTED_AT_ONCE))
      .onConflict((conflict) => conflict.column('id').doUpdateSet(({ ref }) => ({ asked_at: ref('excluded.asked_at'), answer: ref('excluded.answer') })))
      .execute();
  }
}

function revived({ asked_at: askedAt, answer }: AnswerRow): Introspection | undefined {
  const at = new Date(askedAt);
  try {
    const kept = JSON.parse(answer, (key, value: unknown) => (DATES.has(key) && typeof value === 'string' && value !== 'never' ? new Date(value) : value)) as Omit<Extract<Introspection, { status: 'active' }>, 'at'> | Omit<Extract<Introspection, { status: 'inactive' }>, 'at'>;
    const isSound = kept.status === 'inactive' || (kept.status === 'active' && typeof (kept.facts as ActiveFacts | undefined) === 'object');
    return isSound && !Number.isNaN(at.getTime()) ? ({ ...kept, at } as Introspection) : undefined;
  } catch {
    return undefined;
  }
}
