import type { AdminAsk, Ask, ListedToken, ListEnd, Mutation, Replacement, ReplacementWish, Secret, TokenUse } from '../../model/index.ts';
import { accepted, active, refused, uncertain } from '../reading/answers.ts';
import { epochSeconds, text, utcInstant } from '../reading/fields.ts';
import { isObject, objectsOf, readObject } from '../reading/json.ts';
import { administratorOf, cloudtrail, foundKey, iam, keyIdOf, lastUse, membersOf, ownKey, pages } from './aws-account.ts';
import { act, signed } from './aws-query.ts';
import type { AwsAnswer, AwsKey } from './aws-query.ts';
import { cannotChoose } from './issue-once.ts';
import { listed } from './listed.ts';
import { usePages } from './list-pages.ts';

/** Who changes a found key: our own key of the same account, else the key itself. Of itself IAM knows the user. */
async function actorOn(ask: Ask): Promise<{ readonly key: AwsKey; readonly whose: Readonly<Record<string, string>> } | undefined> {
  const own = administratorOf(ask);
  if (own === undefined) return { key: foundKey(ask), whose: {} };
  const userName = (await lastUse(ask, own, keyIdOf(ask)))?.userName;
  // The root user's keys have none; only the root user may change them.
  return userName === undefined ? undefined : { key: own, whose: { UserName: userName } };
}

const NOT_OURS = 'IAM does not say to which user the key belongs: it is gone, or our own key may not ask (iam:GetAccessKeyLastUsed)';

/** UpdateAccessKey or DeleteAccessKey on a found key. */
export async function changeFound(ask: Ask, action: 'UpdateAccessKey' | 'DeleteAccessKey', more: Readonly<Record<string, string>> = {}): Promise<Mutation> {
  const actor = await actorOn(ask);
  return actor === undefined ? refused(NOT_OURS) : told(await act(ask, iam(ask), actor.key, action, { ...actor.whose, AccessKeyId: keyIdOf(ask), ...more }), action);
}

/** DeleteAccessKey with our own key, by the key's id. */
export async function deleteById(ask: AdminAsk, id: string): Promise<Mutation> {
  const own = ownKey(ask);
  const userName = own === undefined ? undefined : (await lastUse(ask, own, id))?.userName;
  if (own === undefined || userName === undefined) return refused(NOT_OURS);
  return told(await act(ask, iam(ask), own, 'DeleteAccessKey', { UserName: userName, AccessKeyId: id }), 'DeleteAccessKey');
}

function told(answer: AwsAnswer, action: string): Mutation {
  if (answer.ok) return accepted(`IAM confirms ${action}`);
  return 'code' in answer ? refused(`IAM answers ${answer.status} ${answer.code} to ${action}`) : uncertain(answer.why, answer.detail);
}

/** CreateAccessKey: a second key of the same user, who may have two. */
export async function createKey(ask: Ask, wish: ReplacementWish, makeSecret: (value: string) => Secret): Promise<Replacement> {
  const cannot = cannotChoose(wish);
  if (cannot !== undefined) return refused(cannot);
  const actor = await actorOn(ask);
  if (actor === undefined) return refused(NOT_OURS);
  const answer = await act(ask, iam(ask), actor.key, 'CreateAccessKey', actor.whose);
  if (!answer.ok) {
    if (!('code' in answer)) return uncertain(answer.why, answer.detail);
    return refused(answer.code === 'LimitExceeded' ? 'IAM answers LimitExceeded: the user has two access keys already; delete one first' : `IAM answers ${answer.status} ${answer.code} to CreateAccessKey`);
  }
  const made = answer.result['AccessKey'];
  const secret = isObject(made) ? text(made['SecretAccessKey']) : undefined;
  if (!isObject(made) || secret === undefined) return uncertain('malformed', 'IAM confirms CreateAccessKey without the new key: a replacement may exist there that nobody has');
  const given = active({ sub: text(made['UserName']), tokenId: text(made['AccessKeyId']), iat: utcInstant(made['CreateDate']), exp: 'never' });
  return { status: 'issued', secret: makeSecret(secret), facts: given.status === 'active' ? given.facts : {}, oldLives: true };
}

/** ListUsers, then each user's keys with their last use. The root user's keys are in no list of IAM. */
export async function* listKeys(ask: AdminAsk): AsyncGenerator<ListedToken, ListEnd> {
  const own = ownKey(ask);
  if (own === undefined) return { complete: false, why: 'own-credentials', detail: 'no key of our own' };
  const users = await pages(ask, own, 'ListUsers', { MaxItems: '1000' });
  if (!isList(users)) return broken(users);
  for (const user of users.flatMap(({ Users }) => membersOf(Users))) {
    const name = text(user['UserName']);
    if (name === undefined) return { complete: false, why: 'malformed', detail: 'a user without a name is listed' };
    const keys = await pages(ask, own, 'ListAccessKeys', { UserName: name });
    if (!isList(keys)) {
      // Users come and go while the list is read.
      if ('code' in keys && keys.code === 'NoSuchEntity') continue;
      return broken(keys);
    }
    for (const key of keys.flatMap(({ AccessKeyMetadata }) => membersOf(AccessKeyMetadata))) {
      const id = text(key['AccessKeyId']);
      const used = id === undefined ? undefined : await lastUse(ask, own, id);
      yield* listed('aws-access-key', id, { sub: text(user['Arn']), iat: utcInstant(key['CreateDate']), exp: 'never', lastUsedAt: used?.at }, statusOf(key['Status']));
    }
  }
  return { complete: true };
}

function statusOf(status: unknown): ListedToken['status'] {
  return status === 'Active' ? 'active' : status === 'Inactive' ? 'inactive' : 'unknown';
}

function broken(answer: Extract<AwsAnswer, { readonly ok: false }>): ListEnd {
  if (!('code' in answer)) return { complete: false, why: answer.why, detail: answer.detail };
  return { complete: false, why: 'own-credentials', detail: `IAM answers ${answer.status} ${answer.code}: our own key may not list all keys` };
}

function isList<T extends object>(value: readonly T[] | { readonly ok: false }): value is readonly T[] {
  return Array.isArray(value);
}

/** CloudTrail keeps management events of 90 days, by region; what S3 objects were read is not among them. */
export async function* usesOf(ask: AdminAsk, id: string, since: Date): AsyncGenerator<TokenUse, ListEnd> {
  const own = ownKey(ask);
  if (own === undefined) return { complete: false, why: 'own-credentials', detail: 'no key of our own' };
  const where = cloudtrail(ask);
  const request = (next?: string) =>
    signed(
      {
        method: 'POST',
        url: where.url,
        headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents' },
        body: JSON.stringify({ LookupAttributes: [{ AttributeKey: 'AccessKeyId', AttributeValue: id }], StartTime: Math.floor(since.getTime() / 1000), MaxResults: 50, ...(next === undefined ? {} : { NextToken: next }) }),
      },
      where,
      own,
      ask.now(),
    );
  const end: ListEnd = yield* usePages({
    first: () => request(),
    read: (_, response) => {
      const body = amazonJson(response.headers['content-type'], response.body) ?? readObject(response);
      if (body === undefined || !Array.isArray(body['Events'])) return undefined;
      const next = text(body['NextToken']);
      return { tokens: objectsOf(body['Events']).flatMap(useOf), next: next === undefined ? undefined : request(next) };
    },
  })(ask);
  return end.complete ? { complete: false, why: 'ambiguous', detail: `only management events of the last 90 days in ${where.region} were looked up` } : end;
}

function useOf(event: Readonly<Record<string, unknown>>): readonly TokenUse[] {
  const at = epochSeconds(event['EventTime']);
  if (at === undefined) return [];
  const more = amazonJson('application/x-amz-json-1.1', text(event['CloudTrailEvent']) ?? '') ?? {};
  const [address, name, source] = [text(more['sourceIPAddress']), text(event['EventName']), text(event['EventSource'])];
  const isDenied = /AccessDenied|Unauthorized/.test(text(more['errorCode']) ?? '');
  return [{ at, ...(address === undefined ? {} : { address }), ...(name === undefined ? {} : { action: source === undefined ? name : `${source}:${name}` }), ...(isDenied ? { result: 'denied' as const } : text(more['errorCode']) === undefined ? { result: 'allowed' as const } : {}) }];
}

/** AWS's JSON protocols have a content type of their own. */
function amazonJson(type: string | undefined, body: string): Readonly<Record<string, unknown>> | undefined {
  if (!/^application\/x-amz-json-1\.[01]\b/.test(type ?? '')) return undefined;
  try {
    const value: unknown = JSON.parse(body);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
