import type { Issuer, Subject } from '../model/index.ts';
import { askOnce } from './exchange/ask-once.ts';
import { bearer, below, get } from './exchange/requests.ts';
import { instant, orNever, text, texts } from './reading/fields.ts';
import { isObject } from './reading/json.ts';

/** PostHog: a personal API key tells of itself. PostHog also runs on servers of one's own, so a store must be configured (us.posthog.com, eu.posthog.com). */
export const issuer: Issuer = {
  id: 'posthog',
  name: 'PostHog',
  kinds: ['posthog-personal-api-key', 'posthog-oauth-access-token'],
  baseUrlOf: (configured) => new URL(configured.href.replace(/\/api\/?$/, '')),
  proof: { how: 'document', reference: 'PostHog/posthog posthog/api/personal_api_key.py (@current, PersonalAPIKeySerializer), posthog/auth.py (authentication_failed)' },
  introspect: askOnce({
    method: 'GET /api/personal_api_keys/@current/',
    request: (ask) => get(below(ask.store.baseUrl, isPersonal(ask) ? 'api/personal_api_keys/@current/' : 'api/users/@me/'), bearer(ask.secret)),
    dead: [{ status: 401, at: ['code'], says: /^(?:authentication_failed|not_authenticated)$/, means: 'PostHog answers 401 authentication_failed' }],
    aliveButBarred: [{ status: 403, at: ['code'], says: 'permission_denied', means: 'PostHog says this token may not read its user' }],
    live: (body, _, ask) => {
      if (!isObject(body)) return undefined;
      if (!isPersonal(ask)) return text(body['uuid']) === undefined || text(body['email']) === undefined ? undefined : { sub: text(body['email']) };
      if (text(body['id']) === undefined || !Array.isArray(body['scopes'])) return undefined;
      return { tokenId: text(body['id']), name: text(body['label']), sub: text(body['user_id']), scopes: texts(body['scopes']), iat: instant(body['created_at']), lastUsedAt: orNever(body['last_used_at'], instant) };
    },
    particular: (subject) => (isPersonal(subject) ? {} : { method: 'GET /api/users/@me/' }),
  }),
};

const isPersonal = ({ rule }: Subject): boolean => rule.id === 'posthog-personal-api-key';
