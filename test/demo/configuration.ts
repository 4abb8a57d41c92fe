import { randomBytes } from 'node:crypto';
import type { World } from './world.ts';

/** Our own credentials at both stores; the configuration names these variables and never holds their values. */
export function environmentOf({ oidc, npm }: World): Readonly<Record<string, string>> {
  return { TOKENWARDEN_SSO_ID: oidc.auditor.id, TOKENWARDEN_SSO_SECRET: oidc.auditor.secret, TOKENWARDEN_NPM_SESSION: npm.session };
}

/** The demo's `tokenwarden.yml`: two stores, what they claim, and a policy under which only one token is where it may be. */
export function configurationOf({ oidc, npm }: World): string {
  return `salt: ${randomBytes(24).toString('base64url')}
fail-on: low
verify:
  allow: [company-sso, company-npm]
  on-issuer-outage: block
stores:
  - id: company-sso
    type: oauth
    url: ${oidc.url}
    claims:
      - { rule: generic-bearer, pattern: '^[A-Za-z0-9_-]{43}$' }
      - { rule: url-token-parameter, pattern: '^[A-Za-z0-9_-]{43}$' }
      - { rule: generic-secret, pattern: '^[A-Za-z0-9_-]{43}$' }
    auth: { method: client_secret_basic, client-id-env: TOKENWARDEN_SSO_ID, client-secret-env: TOKENWARDEN_SSO_SECRET }
    allow-private: true
  - id: company-npm
    type: npm
    url: ${npm.url}
    claims:
      - { rule: npmrc-auth-token, host: '${npm.host}' }
    # A read-only token may not revoke itself: the account's own session does.
    auth: { method: bearer, token-env: TOKENWARDEN_NPM_SESSION }
    allow-private: true
policy:
  max-lifetime: { temporary: 48h, persistent: 14d }
  no-expiry: true
  over-scoped:
    allow:
      - { issuer: generic, rule: '*', path: '**', scopes: [read] }
      - { issuer: npm, rule: '*', path: '**', scopes: [read] }
  leaked: { allowed: [{ path: 'secrets/**', rule: '*' }] }
  in-url: true
  in-log: true
`;
}
