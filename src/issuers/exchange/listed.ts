import type { ListedToken } from '../../model/index.ts';
import { active } from '../reading/answers.ts';
import type { GivenFacts } from './ask-once.ts';

/** One entry of a listing. Without the issuer's own id it cannot be told from another: its id is empty then, which the door to the store turns into a gap. */
export function listed(rule: string, tokenId: string | undefined, facts: GivenFacts, status: ListedToken['status'] = 'active'): readonly ListedToken[] {
  const given = active({ tokenId, ...facts });
  return given.status !== 'active' ? [] : [{ rule, tokenId: tokenId ?? '', status, facts: given.facts }];
}
