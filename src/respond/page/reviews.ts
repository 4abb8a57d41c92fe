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
    if (event === 'review.opened') reviews.set(`${plan} ${by}`, { plan, by, reason, at });
    if (event !== 'review.closed') continue;
    // Whoever closes looked at what all others did alone with this plan, never at their own part.
    for (const [key, open] of reviews) if (open.plan === plan && open.by !== by && open.closed === undefined) reviews.set(key, { ...open, closed: { by, at, reason } });
  }
  return [...reviews.values()];
}
