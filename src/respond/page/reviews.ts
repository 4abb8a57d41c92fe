import type { AuditRecord } from '../../model/index.ts';

/** An apply without approval that nobody else has looked at yet. */
export interface Review {
  readonly plan: string;
  readonly by: string;
  readonly reason: string;
  readonly at: string;
  readonly closed?: { readonly by: string; readonly at: string; readonly reason: string };
}

/** Every broken glass of a ledger, in its order. */
export async function readReviews(records: AsyncIterable<AuditRecord> | Iterable<AuditRecord>): Promise<readonly Review[]> {
  const reviews = new Map<string, Review>();
  for await (const { event, detail, at } of records) {
    const [plan, by, reason] = [detail['plan'], detail['by'], detail['reason']].map((value) => (typeof value === 'string' ? value : ''));
    if (plan === undefined || by === undefined || reason === undefined || plan === '') continue;
    if (event === 'review.opened') reviews.set(plan, { plan, by, reason, at });
    const open = reviews.get(plan);
    if (event === 'review.closed' && open !== undefined) reviews.set(plan, { ...open, closed: { by, at, reason } });
  }
  return [...reviews.values()];
}
