import { awsAccountOf } from '../../lib/aws-account.ts';
import type { AdminAsk, Ask, Store, Subject } from '../../model/index.ts';
import { text, utcInstant } from '../reading/fields.ts';
import { isObject, objectsOf } from '../reading/json.ts';
import type { JsonObject } from '../reading/json.ts';
import { act } from './aws-query.ts';
import type { AwsAnswer, AwsKey } from './aws-query.ts';
import { companionOf } from './companions.ts';
import { ownPair } from './own-credentials.ts';

/** The three partitions of AWS: where identity is asked, where users are kept. One knows nothing of the others' keys. */
const PARTITIONS = [
  { sts: 'sts.amazonaws.com', iam: 'iam', region: 'us-east-1' },
  { sts: 'sts.us-gov-west-1.amazonaws.com', iam: 'iam-us-gov', region: 'us-gov-west-1' },
  { sts: 'sts.cn-north-1.amazonaws.com.cn', iam: 'iam-cn', region: 'cn-north-1' },
] as const;

/** Region of a service's own host name; signatures name it. Hosts of one's own take any, mostly this one. */
function regionOf(url: URL): string {
  return PARTITIONS.find(({ sts }) => sts === url.host)?.region ?? /\.([a-z]{2}(?:-[a-z]+)+-\d)\.amazonaws\.com(?:\.cn)?$/.exec(url.host)?.[1] ?? 'us-east-1';
}

type Place<S extends string> = { readonly url: URL; readonly service: S; readonly region: string };

export function sts({ store }: { readonly store: Store }): Place<'sts'> {
  return { url: store.baseUrl, service: 'sts', region: regionOf(store.baseUrl) };
}

/** IAM of the same partition; a store of one's own answers for all services at one URL unless `endpoints:` says otherwise. */
export function iam({ store }: { readonly store: Store }): Place<'iam'> {
  const partition = PARTITIONS.find(({ sts: host }) => host === store.baseUrl.host);
  return { url: store.endpoints?.[partition?.iam ?? 'iam'] ?? store.baseUrl, service: 'iam', region: regionOf(store.baseUrl) };
}

/** The trail of one region. */
export function cloudtrail({ store }: { readonly store: Store }): Place<'cloudtrail'> {
  const url = store.endpoints?.['cloudtrail'] ?? store.baseUrl;
  return { url, service: 'cloudtrail', region: regionOf(url) };
}

/** The id in front of a secret key; `AKIA` is a user's own, `ASIA` a session's. */
export const keyIdOf = (subject: Subject): string => companionOf(subject, 'key-id') ?? '';
export const isSession = (subject: Subject): boolean => keyIdOf(subject).startsWith('ASIA');

/** The credential that was found, as it signs. */
export function foundKey(subject: Subject): AwsKey {
  const isToken = subject.rule.id === 'aws-session';
  const secret = isToken ? (companionOf(subject, 'secret-key') ?? '') : subject.secret.reveal();
  const session = isToken ? subject.secret.reveal() : companionOf(subject, 'session-token');
  return { id: keyIdOf(subject), secret, ...(isSession(subject) && session !== undefined ? { session } : {}) };
}

/** Our own access key at the store (`auth: { method: client_secret_basic }`, whose id is the key's id). */
export function ownKey(ask: { readonly store: Store }): AwsKey | undefined {
  const pair = ownPair(ask);
  return pair === undefined ? undefined : { id: pair.clientId, secret: pair.clientSecret.reveal() };
}

/** Our own key where it lives in the account of the found one, which the key ids tell: a user of the same name elsewhere is somebody else. */
export function administratorOf(ask: Ask): AwsKey | undefined {
  const own = ownKey(ask);
  const account = own === undefined ? undefined : awsAccountOf(own.id);
  return account !== undefined && account === awsAccountOf(keyIdOf(ask)) ? own : undefined;
}

/** What IAM knows of a key's last use. */
export interface LastUse {
  readonly userName?: string | undefined;
  readonly at?: Date | 'never' | undefined;
  readonly service?: string | undefined;
}

/** GetAccessKeyLastUsed. A key that was never used has no date and the service `N/A`. */
export async function lastUse(ask: AdminAsk, key: AwsKey, id: string): Promise<LastUse | undefined> {
  const answer = await act(ask, iam(ask), key, 'GetAccessKeyLastUsed', { AccessKeyId: id });
  const used = answer.ok ? answer.result['AccessKeyLastUsed'] : undefined;
  if (!answer.ok || !isObject(used)) return undefined;
  const service = text(used['ServiceName']);
  const date = used['LastUsedDate'];
  return { userName: text(answer.result['UserName']), service, at: utcInstant(date) ?? ((date === undefined || date === 'N/A') && service === 'N/A' ? 'never' : undefined) };
}

/** `member` elements of a list. An empty list is an empty element. */
export function membersOf(value: unknown): readonly JsonObject[] {
  return isObject(value) ? objectsOf(value['member']) : [];
}

/** All pages of a listing action, or the answer that ended it. */
export async function pages(ask: AdminAsk, key: AwsKey, action: string, parameters: Readonly<Record<string, string>>): Promise<readonly JsonObject[] | Extract<AwsAnswer, { readonly ok: false }>> {
  const results: JsonObject[] = [];
  let marker: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const answer = await act(ask, iam(ask), key, action, { ...parameters, ...(marker === undefined ? {} : { Marker: marker }) });
    if (!answer.ok) return answer;
    results.push(answer.result);
    const next = answer.result['IsTruncated'] === 'true' ? text(answer.result['Marker']) : undefined;
    if (next === undefined && answer.result['IsTruncated'] === 'true') break;
    if (next === undefined) return results;
    marker = next;
  }
  return { ok: false, why: 'malformed', detail: 'the listing does not end' };
}

const MAX_PAGES = 200;
