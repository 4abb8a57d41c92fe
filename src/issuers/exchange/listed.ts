import type { ListedToken } from '../../model/index.ts';
import { active } from '../reading/answers.ts';
import type { GivenFacts } from './ask-once.ts';

/** One entry of a listing; none without the issuer's own id, as it could not be told from another. */
export function listed(rule: string, tokenId: string | undefined, facts: GivenFacts, status: ListedToken['status'] = 'active'): readonly ListedToken[] {
  const given = active({ tokenId, ...facts });
  return tokenId === undefined || given.status !== 'active' ? [] : [{ rule, tokenId, status, facts: given.facts }];
}
