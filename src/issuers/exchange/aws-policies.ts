import type { AdminAsk } from '../../model/index.ts';
import { text, texts } from '../reading/fields.ts';
import { isObject } from '../reading/json.ts';
import { membersOf, pages } from './aws-account.ts';
import type { AwsKey } from './aws-query.ts';

type Kind = 'User' | 'Role' | 'Group';

/**
 * What a user or role may do, as IAM names it: attached policies by their ARN, those written into it (or into a group of the
 * user) as `inline:NAME`. Undefined unless every list could be read: a part would look like less than it may do.
 */
export async function policiesOf(ask: AdminAsk, key: AwsKey, kind: Kind, name: string): Promise<readonly string[] | undefined> {
  const own = await policiesOfOne(ask, key, kind, name);
  if (own === undefined || kind !== 'User') return own;
  const groups = await pages(ask, key, 'ListGroupsForUser', { UserName: name });
  if (!isList(groups)) return undefined;
  const all = [...own];
  for (const group of groups.flatMap(({ Groups }) => membersOf(Groups)).flatMap(({ GroupName }) => text(GroupName) ?? [])) {
    const policies = await policiesOfOne(ask, key, 'Group', group);
    if (policies === undefined) return undefined;
    all.push(...policies.map((policy) => (policy.startsWith('inline:') ? `inline:${group}/${policy.slice('inline:'.length)}` : policy)));
  }
  return [...new Set(all)].sort();
}

async function policiesOfOne(ask: AdminAsk, key: AwsKey, kind: Kind, name: string): Promise<readonly string[] | undefined> {
  const whose = { [`${kind}Name`]: name };
  const attached = await pages(ask, key, `ListAttached${kind}Policies`, whose);
  if (!isList(attached)) return undefined;
  const inline = await pages(ask, key, `List${kind}Policies`, whose);
  if (!isList(inline)) return undefined;
  return [
    ...attached.flatMap(({ AttachedPolicies }) => membersOf(AttachedPolicies)).flatMap(({ PolicyArn }) => text(PolicyArn) ?? []),
    ...inline.flatMap(({ PolicyNames }) => (isObject(PolicyNames) ? (texts(PolicyNames['member']) ?? []) : [])).map((policy) => `inline:${policy}`),
  ].sort();
}

function isList<T extends object>(value: readonly T[] | { readonly ok: false }): value is readonly T[] {
  return Array.isArray(value);
}
