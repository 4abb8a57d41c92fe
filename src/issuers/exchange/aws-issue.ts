import type { Issued, IssueOperation } from '../../model/index.ts';
import { active, refused, uncertain } from '../reading/answers.ts';
import { text, utcInstant } from '../reading/fields.ts';
import { isObject } from '../reading/json.ts';
import { ownKey, sts } from './aws-account.ts';
import { act } from './aws-query.ts';
import { needsOwnPair } from './own-credentials.ts';

const [MIN_SECONDS, MAX_SECONDS] = [900, 43_200];
/** Characters of a session policy that STS takes (AssumeRole, Policy). */
const MAX_POLICY = 2048;
const SCOPE = /^([a-z0-9-]+:[A-Za-z0-9*?]+)=(arn:[^\s"=]+|\*)$/;

/**
 * A session of a role, narrowed by a session policy: each scope is `ACTION=RESOURCE` (`s3:GetObject=arn:aws:s3:::bucket/*`) and the
 * session may do what both the role and these allow. STS ends no single session, so it lives until it expires.
 */
export const awsIssue: IssueOperation = {
  method: 'POST sts:AssumeRole with a session policy',
  parameters: { 'role-arn': 'the role (required)', 'external-id': 'what the role asks of third parties' },
  variables: { 'access-key-id': 'AWS_ACCESS_KEY_ID', 'secret-access-key': 'AWS_SECRET_ACCESS_KEY', 'session-token': 'AWS_SESSION_TOKEN' },
  impossible: (store) => needsOwnPair(store, 'access key (id and secret)'),
  refuses: ({ parameters, scopes, ttlSeconds }) => {
    if (!/^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/.test(parameters['role-arn'] ?? '')) return 'its grant needs with: role-arn, the ARN of a role';
    const strange = scopes.find((scope) => !SCOPE.test(scope));
    if (strange !== undefined) return 'a scope is ACTION=RESOURCE, such as s3:GetObject=arn:aws:s3:::bucket/*';
    if (ttlSeconds < MIN_SECONDS || ttlSeconds > MAX_SECONDS) return 'STS gives sessions of 15m to 12h: ask for one with --ttl';
    return policyOf(scopes).length > MAX_POLICY ? `its scopes are longer than the ${MAX_POLICY} characters of a session policy` : undefined;
  },
  keepsTtl: true,
  run: obtain,
};

function policyOf(scopes: readonly string[]): string {
  const parts = scopes.map((scope) => SCOPE.exec(scope)).flatMap((match) => (match?.[1] === undefined || match[2] === undefined ? [] : [{ action: match[1], resource: match[2] }]));
  const byResource = Map.groupBy(parts, ({ resource }) => resource);
  return JSON.stringify({ Version: '2012-10-17', Statement: [...byResource].map(([Resource, list]) => ({ Effect: 'Allow', Action: list.map(({ action }) => action), Resource })) });
}

async function obtain(...[ask, wish, makeSecret]: Parameters<IssueOperation['run']>): Promise<Issued> {
  const key = ownKey(ask);
  if (key === undefined) return refused('the store has no access key of our own');
  const { 'role-arn': RoleArn = '', 'external-id': ExternalId } = wish.parameters;
  const answer = await act(ask, sts(ask), key, 'AssumeRole', { RoleArn, RoleSessionName: wish.name, DurationSeconds: String(wish.ttlSeconds), Policy: policyOf(wish.scopes), ...(ExternalId === undefined ? {} : { ExternalId }) });
  if (!answer.ok) return 'code' in answer ? refused(`STS answers ${answer.status} ${answer.code}`) : uncertain(answer.why, answer.detail);
  const given = answer.result['Credentials'];
  const credentials = isObject(given) ? given : {};
  const [id, secret, session] = [text(credentials['AccessKeyId']), text(credentials['SecretAccessKey']), text(credentials['SessionToken'])];
  if (id === undefined || secret === undefined || session === undefined) return uncertain('malformed', 'STS answered without credentials');
  const facts = active({ scopes: wish.scopes, exp: utcInstant(credentials['Expiration']), tokenId: id });
  return {
    status: 'issued',
    parts: [
      { name: 'access-key-id', value: makeSecret(id), isSecret: false },
      { name: 'secret-access-key', value: makeSecret(secret), isSecret: true },
      { name: 'session-token', value: makeSecret(session), isSecret: true },
    ],
    ending: 'expires',
    facts: facts.status === 'active' ? facts.facts : {},
  };
}
