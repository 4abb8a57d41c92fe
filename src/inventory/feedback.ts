import type { Kysely } from 'kysely';
import type { Feedback, RuleRecord } from './inventory.ts';
import type { FeedbackRow, Tables } from './schema.ts';

export async function writeFeedback(database: Kysely<Tables>, feedback: Feedback, at: Date): Promise<void> {
  const { id, rule, fingerprint, kind, shape, reason, actor } = feedback;
  const row: FeedbackRow = { id, rule, fingerprint, kind, shape: shape ?? null, reason: reason ?? null, actor, said_at: at.toISOString() };
  const { id: _, ...changed } = row;
  await database.insertInto('feedback').values(row).onConflict((conflict) => conflict.column('id').doUpdateSet(changed)).execute();
}

/** Findings are counted by what their issuer last said; feedback adds rules whose findings are of other machines. */
export async function readRuleRecords(database: Kysely<Tables>): Promise<readonly RuleRecord[]> {
  const seen = await database.selectFrom('findings').select(['rule', 'known_status']).select(({ fn }) => fn.countAll<number>().as('count')).groupBy(['rule', 'known_status']).execute();
  const said = await database.selectFrom('feedback').select(['rule', 'shape']).where('kind', '=', 'false-positive').execute();
  const rules = [...new Set([...seen, ...said].map(({ rule }) => rule))].sort();
  return rules.map((rule): RuleRecord => {
    const mine = seen.filter((row) => row.rule === rule);
    const of = (status: string): number => mine.filter((row) => row.known_status === status).reduce((sum, row) => sum + Number(row.count), 0);
    const feedback = said.filter((row) => row.rule === rule);
    return {
      rule,
      seen: mine.reduce((sum, row) => sum + Number(row.count), 0),
      active: of('active'),
      inactive: of('inactive'),
      falsePositives: feedback.length,
      shapes: [...new Set(feedback.flatMap(({ shape }) => shape ?? []))].sort(),
    };
  });
}
