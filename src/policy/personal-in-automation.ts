import type { Check } from '../model/index.ts';
import { automationAt } from './facts/automation.ts';
import { livenessOf } from './facts/liveness.ts';
import { personOf, tokenOwners } from './facts/owners.ts';
import { describePlaces, name } from './facts/places.ts';

export interface PersonalInAutomation {
  readonly machines: readonly string[];
}

/**
 * Personal is what is declared so (`use: personal`), or a kind that its issuer gives to persons, unless whom it acts as is a machine
 * account. Automation is a CI definition or log, an image or deployment file, or a declaration (`use: automation`).
 */
export const check: Check<PersonalInAutomation> = {
  id: 'personal-in-automation',
  title: "A person's own token works for a machine",
  rationale: 'It may do all that the person may, it stops when the person leaves, and nobody can tell what the machine did from what the person did.',
  references: ['https://github.com/OWASP/ASVS/blob/v5.0.0/5.0/en/0x22-V13-Configuration.md', 'https://docs.github.com/en/organizations/managing-programmatic-access-to-your-organization/setting-a-personal-access-token-policy-for-your-organization'],
  schema: {
    type: 'object',
    properties: { machines: { type: 'array', items: { type: 'string', minLength: 1 }, description: 'a list of accounts that are machines; * stands for any run of characters' } },
    additionalProperties: false,
  },
  defaults: { machines: ['*[bot]', '*-bot', 'bot-*', 'svc-*', 'service-account-*', 'project_*_bot*', 'group_*_bot*'] },
  tighter: { machines: 'fewer' },
  severity: 'high',
  judge(record, params) {
    const { introspection, credential, surroundings } = record;
    const { declaration } = surroundings ?? {};
    const use = typeof declaration === 'object' ? declaration.use : undefined;
    const isKind = /\bpersonal\b/i.test(`${credential.rule.name} ${credential.rule.id.replaceAll('-', ' ')}`) || /(^|-)pat(-|$)/.test(credential.rule.id);
    if (use === undefined && !isKind) return { status: 'notApplicable', why: "tokens of this kind are not a person's own" };
    if (livenessOf(introspection) === 'dead') return { status: 'notApplicable', why: 'the token is not active any more' };
    const places = credential.occurrences;
    const automated = places.filter((place) => automationAt(place) !== undefined);
    const threshold = 'tokens of machine accounts in automation';
    if (automated.length === 0 && use !== 'automation') {
      return places.length === 0 && use === undefined ? { status: 'undetermined', why: 'no place is known where the token lies' } : { status: 'pass', evidence: 'None of its places is read by machines alone.', threshold };
    }
    const [first] = automated;
    const where = first === undefined ? `${(declaration as { place: string }).place} declares it for automation` : `it lies in ${automationAt(first)?.what ?? 'automation'}, at ${describePlaces(automated)}`;
    const remedy = 'Give the machine a token of its own (a service account, an app or a deploy token) with the scopes that it needs, then revoke this one.';
    if (use === 'personal') return { status: 'violation', evidence: `${(declaration as { place: string }).place} declares the token for a person, but ${where}.`, remedy, threshold };
    if (!isKind) return { status: 'pass', evidence: `The token is declared for automation, and tokens of this kind are not a person's own.`, threshold };
    const said = tokenOwners(record).find(({ from }) => from === 'issuer');
    const account = introspection.status === 'active' ? (introspection.facts.sub ?? said?.name) : undefined;
    const grounds = [...(said === undefined ? [] : [said.ground]), ...(first === undefined ? [] : [{ fact: 'place', value: automationAt(first)?.what ?? '', by: 'place' as const, source: describePlaces(automated) }])];
    if (account === undefined) return { status: 'undetermined', why: `${where}, but nobody said whether whom it acts as is a person or a machine`, grounds, threshold };
    if (params.machines.some((pattern) => name(personOf(pattern))(personOf(account)))) return { status: 'pass', evidence: `The token acts as ${account}, which policy calls a machine account.`, grounds, threshold };
    return { status: 'violation', evidence: `The token is a personal one of ${account}, and ${where}.`, remedy, grounds, threshold };
  },
};
