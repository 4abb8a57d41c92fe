import type { Answer, Ask, Issuer, Particular, Subject } from '../model/index.ts';
import { administratorOf, foundKey, isSession, keyIdOf, lastUse, membersOf, pages, sts } from './exchange/aws-account.ts';
import type { LastUse } from './exchange/aws-account.ts';
import { awsIssue } from './exchange/aws-issue.ts';
import { changeFound, createKey, deleteById, listKeys, usesOf } from './exchange/aws-keys.ts';
import { policiesOf } from './exchange/aws-policies.ts';
import { act } from './exchange/aws-query.ts';
import type { AwsKey } from './exchange/aws-query.ts';
import { needsCompanions } from './exchange/companions.ts';
import { merged } from './exchange/more-facts.ts';
import { needsOwnPair } from './exchange/own-credentials.ts';
import { inEveryRegion, tellEveryRegion } from './exchange/regions.ts';
import { active, inactive, unknown } from './reading/answers.ts';
import { text, utcInstant } from './reading/fields.ts';
import { isObject } from './reading/json.ts';

const OUR_KEY = 'access key (id and secret)';

/**
 * AWS access keys of users, and of sessions. STS says who a key is, which needs no permission; IAM says the rest to our own key
 * of the same account (`auth: { method: client_secret_basic }`), else to the key itself where its policies let it. A store of
 * one's own (an emulator) answers at one URL; `endpoints: { iam, cloudtrail }` name others, for another region or partition.
 */
export const issuer: Issuer = {
  id: 'aws',
  name: 'Amazon Web Services',
  kinds: ['aws-access-key', 'aws-session'],
  publicBaseUrl: 'https://sts.amazonaws.com',
  publicEndpoints: {
    iam: 'https://iam.amazonaws.com',
    cloudtrail: 'https://cloudtrail.us-east-1.amazonaws.com',
    'region-us-gov': 'https://sts.us-gov-west-1.amazonaws.com',
    'iam-us-gov': 'https://iam.us-gov.amazonaws.com',
    'region-cn': 'https://sts.cn-north-1.amazonaws.com.cn',
    'iam-cn': 'https://iam.cn-north-1.amazonaws.com.cn',
  },
  endpoints: ['iam', 'cloudtrail', 'secretsmanager'],
  proof: { how: 'real-server', reference: 'moto 5.2.5 (STS, IAM); @aws-sdk/client-sts and client-iam 3.1169.0; AWS STS, IAM and CloudTrail API references (GetCallerIdentity, GetAccessKeyLastUsed, LookupEvents, common errors)' },
  introspect: { method: 'POST sts:GetCallerIdentity', run: (ask) => inEveryRegion(ask, introspect), particular: aboutParts },
  revoke: { method: 'POST iam:DeleteAccessKey', reversible: false, sideEffects: 'Sessions that the key opened live on until they end.', particular: onlyUsers, run: (ask) => tellEveryRegion(ask, (place) => changeFound(place, 'DeleteAccessKey')) },
  deactivate: {
    method: 'POST iam:UpdateAccessKey Status=Inactive',
    reversible: true,
    sideEffects: 'Sessions that the key opened live on until they end. UpdateAccessKey Status=Active switches it on again.',
    particular: onlyUsers,
    run: (ask) => tellEveryRegion(ask, (place) => changeFound(place, 'UpdateAccessKey', { Status: 'Inactive' })),
  },
  rotate: { method: 'POST iam:CreateAccessKey', sideEffects: 'The user has a second key, with an id of its own; two are allowed. The old one lives until it is deleted.', particular: onlyUsers, run: createKey },
  list: { method: 'POST iam:ListUsers, iam:ListAccessKeys, iam:GetAccessKeyLastUsed', impossible: (store) => needsOwnPair(store, OUR_KEY), run: listKeys },
  revokeById: { method: 'POST iam:DeleteAccessKey', impossible: (store) => needsOwnPair(store, OUR_KEY), reversible: false, sideEffects: 'Sessions that the key opened live on until they end.', run: deleteById },
  uses: { method: 'POST cloudtrail:LookupEvents', impossible: (store) => needsOwnPair(store, OUR_KEY), run: usesOf },
  issue: awsIssue,
};

function aboutParts(subject: Subject): Particular {
  if (subject.rule.id === 'aws-session') return needsCompanions(subject, 'key-id', 'secret-key');
  return needsCompanions(subject, 'key-id', ...(isSession(subject) ? ['session-token'] : []));
}

function onlyUsers(subject: Subject): Particular {
  if (!isSession(subject)) return aboutParts(subject);
  return { impossible: { why: 'no-introspection', detail: 'AWS ends no single session: deny the role\'s sessions older than now (IAM, the role, Revoke active sessions), which ends all of them' } };
}

/** Codes that AWS documents for a key that is unknown, deleted or switched off, and for a session that has ended. */
const DEAD: Readonly<Record<string, string>> = {
  InvalidClientTokenId: 'STS answers InvalidClientTokenId: there is no such active key',
  ExpiredToken: 'STS answers ExpiredToken: the session has ended',
};
const OPEN: Readonly<Record<string, string>> = {
  SignatureDoesNotMatch: 'STS answers SignatureDoesNotMatch: it knows the key id, but this is not its secret, which may belong to another id',
  RequestExpired: 'STS answers RequestExpired: our clock is wrong',
};

async function introspect(ask: Ask): Promise<Answer> {
  const own = administratorOf(ask);
  // Last use is read first, before this question becomes it; without a key of our own the key itself has to ask.
  const before = own === undefined || isSession(ask) ? undefined : await lastUse(ask, own, keyIdOf(ask));
  const began = ask.now();
  const key = foundKey(ask);
  const answer = await act(ask, sts(ask), key, 'GetCallerIdentity');
  if (!answer.ok) {
    if (!('code' in answer)) return unknown(answer.why, answer.detail, answer.retryAfterSeconds);
    const dead = answer.status === 403 ? DEAD[answer.code] : undefined;
    return dead === undefined ? unknown('ambiguous', OPEN[answer.code] ?? `STS answers ${answer.status} ${answer.code}, which leaves it open`) : inactive(dead);
  }
  const [arn, account] = [text(answer.result['Arn']), text(answer.result['Account'])];
  if (arn === undefined || account === undefined || !arn.startsWith('arn:aws')) return unknown('malformed', 'STS names no identity');
  const identity = active({ sub: arn, tokenId: keyIdOf(ask), exp: isSession(ask) ? undefined : 'never', notes: { account } });
  const sure = own ?? key;
  if (isSession(ask)) {
    const role = /^arn:aws[a-z-]*:sts::\d{12}:assumed-role\/([^/]+)\//.exec(arn)?.[1];
    return role === undefined ? identity : merged(identity, { scopes: await policiesOf(ask, sure, 'Role', role) });
  }
  // The account's first user, who may do everything, whatever policies say.
  if (arn.endsWith(':root')) return merged(identity, { scopes: ['root'], ...usedBefore(before ?? (await lastUse(ask, sure, keyIdOf(ask))), began) });
  return aboutUser(ask, sure, identity, before, began);
}

async function aboutUser(ask: Ask, key: AwsKey, identity: Answer, before: LastUse | undefined, began: Date): Promise<Answer> {
  const used = before ?? (await lastUse(ask, key, keyIdOf(ask)));
  const name = identity.status === 'active' ? /:user\/(?:.*\/)?([^/]+)$/.exec(identity.facts.sub ?? '')?.[1] : undefined;
  if (name === undefined) return merged(identity, usedBefore(used, began));
  const keys = await pages(ask, key, 'ListAccessKeys', { UserName: name });
  const itself = 'ok' in keys ? undefined : keys.flatMap(({ AccessKeyMetadata }) => membersOf(AccessKeyMetadata)).find(({ AccessKeyId }) => AccessKeyId === keyIdOf(ask));
  if (isObject(itself) && itself['Status'] === 'Inactive') return inactive('IAM says that the key is Inactive');
  return merged(identity, { iat: utcInstant(itself?.['CreateDate']), ...usedBefore(used, began), scopes: await policiesOf(ask, key, 'User', name) });
}

/** A last use by STS or IAM in the minute of our own question is our own question. */
function usedBefore(used: LastUse | undefined, began: Date): { readonly lastUsedAt?: Date | 'never' } {
  if (used?.at === undefined) return {};
  const isOurs = used.at instanceof Date && used.at.getTime() >= began.getTime() - 60_000 && (used.service === 'sts' || used.service === 'iam');
  return isOurs ? {} : { lastUsedAt: used.at };
}
