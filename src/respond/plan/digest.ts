import { createHash } from 'node:crypto';
import type { Plan } from '../../model/index.ts';
import { canonicalJson } from '../../lib/canonical-json.ts';

/** SHA-256 hex over the canonical JSON of everything in a plan but its digest. */
export function digestOf(plan: Omit<Plan, 'digest'> & { readonly digest?: string }): string {
  const { digest: _, ...rest } = plan;
  return createHash('sha256').update(canonicalJson(rest)).digest('hex');
}
