import { createHash, randomBytes } from 'node:crypto';
import { Secret } from '../../../src/model/index.ts';
import type { Credential, Rule, TokenType } from '../../../src/model/index.ts';

/** A rule with the fields that issuers look at. */
export function makeRule(id: string, tokenType: TokenType = 'access-token'): Rule {
  return {
    id,
    issuer: id.split('-')[0] ?? id,
    issuerName: id,
    name: id,
    tokenType,
    lifetime: 'persistent',
    pattern: '.+',
    flags: '',
    anchors: ['anchor'],
    anchorClass: 'shaped',
    windowBefore: 0,
    windowAfter: 0,
    confidence: 'high',
    publicPrefix: '',
    companions: [],
    priority: 0,
    companionOnly: false,
    opens: '',
    revokeByHand: '',
    references: [],
    since: '0.1.0',
    examples: [],
    nearMisses: [],
  };
}

export function makeSecret(value: string): Secret {
  return new Secret(value, `tw1:${createHash('sha256').update(value).digest('hex').slice(0, 32)}`, '****');
}

export function makeCredential(rule: string, value: string, more: Partial<Credential> = {}): Credential {
  const secret = makeSecret(value);
  return {
    fingerprint: secret.fingerprint,
    rule: makeRule(rule),
    issuer: rule.split('-')[0] ?? rule,
    secret,
    companions: [],
    confidence: 'high',
    entropyBits: 128,
    features: {},
    hosts: [],
    occurrences: [],
    ...more,
  };
}

/** A token of the given head and length; letters and digits, never twice the same. */
export function makeToken(head: string, length: number): string {
  let body = '';
  while (body.length < length) body += randomBytes(64).toString('base64').replace(/[^A-Za-z0-9]/g, '');
  return head + body.slice(0, length);
}
