import type { Rule } from '../../model/index.ts';

/** The steps for a person, from the rule's own documentation; where that has none, the issuer's page. */
export function byHand({ revokeByHand, references, issuerName, name }: Pick<Rule, 'revokeByHand' | 'references' | 'issuerName' | 'name'>): string {
  if (revokeByHand !== '') return revokeByHand;
  const [page] = references;
  return page === undefined ? `Ask whoever issues it (${issuerName}) to end this ${name}.` : `End this ${name} at ${issuerName}, as ${page} says.`;
}
