import { awsAccountOf } from '../../lib/aws-account.ts';
import { readBase64 } from '../encoding/base64.ts';
import { epochSeconds } from '../encoding/epoch.ts';
import type { FactReader } from '../fact-reader.ts';
import type { OfflineFacts } from '../../model/index.ts';

const EKS = 'k8s-aws-v1.';
const LONGEST_SECONDS = 7 * 24 * 3600;
/** A cluster takes such a token for a quarter of an hour, whatever the URL inside says. */
const EKS_SECONDS = 15 * 60;

export const factReader: FactReader = {
  id: 'aws-presigned',
  reads: 'X-Amz-Date and X-Amz-Expires (or Expires, or the DateLessThan of a CloudFront policy) give start and end, the credential gives the account; EKS tokens wrap such a URL.',
  read: (token) => {
    const isEks = token.startsWith(EKS);
    const url = isEks ? readBase64(token.slice(EKS.length))?.toString('latin1') : token;
    if (url === undefined) return undefined;
    const query = new URLSearchParams(url.slice(url.indexOf('?') + 1).replace(/&amp;|\\u0026/g, '&'));
    const facts = { ...timesOf(query, isEks), ...accountOf(query) };
    return Object.keys(facts).length === 0 ? undefined : facts;
  },
};

function timesOf(query: URLSearchParams, isEks: boolean): OfflineFacts {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(query.get('X-Amz-Date') ?? '') ?? [];
  const issuedAt = year === undefined ? undefined : new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (issuedAt === undefined || Number.isNaN(issuedAt.getTime())) {
    const expiresAt = epochSeconds(query.get('Expires') ?? undefined) ?? policyEnd(query.get('Policy'));
    return expiresAt === undefined ? {} : { expiresAt };
  }
  const seconds = isEks ? EKS_SECONDS : Number(query.get('X-Amz-Expires') ?? Number.NaN);
  const isBounded = Number.isInteger(seconds) && seconds > 0 && seconds <= LONGEST_SECONDS;
  return { issuedAt, ...(isBounded ? { expiresAt: new Date(issuedAt.getTime() + seconds * 1000) } : {}) };
}

/** CloudFront writes base64 with `-` for `+`, `_` for `=` and `~` for `/`. */
function policyEnd(policy: string | null): Date | undefined {
  const text = policy === null ? undefined : readBase64(policy.replace(/-/g, '+').replace(/_/g, '=').replace(/~/g, '/'))?.toString('latin1');
  return epochSeconds(/"DateLessThan"\s*:\s*\{\s*"AWS:EpochTime"\s*:\s*(\d{1,11})/.exec(text ?? '')?.[1]);
}

function accountOf(query: URLSearchParams): OfflineFacts {
  const key = query.get('X-Amz-Credential')?.split('/')[0] ?? query.get('AWSAccessKeyId') ?? '';
  const account = awsAccountOf(key);
  return account === undefined ? {} : { notes: { account } };
}
