import type { Answer, Ask, HttpResponse, Issuer } from '../model/index.ts';
import { question } from './exchange/question.ts';
import { below, get } from './exchange/requests.ts';
import { active, inactive } from './reading/answers.ts';
import { text } from './reading/fields.ts';
import { objectsOf, readJson } from './reading/json.ts';

/**
 * RubyGems servers; the host comes from configuration, never from this file. Refusals are plain text: its own words identify
 * the server, as no JSON does (config/locales/en.yml of its source: please_sign_up, api_key_forbidden).
 */
export const issuer: Issuer = {
  id: 'rubygems',
  name: 'RubyGems',
  kinds: ['rubygems-api-key'],
  proof: { how: 'document', reference: 'rubygems/guides rubygems-org-api.md (GET /api/v1/gems.json); rubygems/rubygems.org app/controllers/api/base_controller.rb and config/locales/en.yml' },
  introspect: { method: 'GET /api/v1/gems.json', run: (ask: Ask): Promise<Answer> => question(ask, get(below(ask.store.baseUrl, 'api/v1/gems.json'), { authorization: ask.secret.reveal() }), read) },
};

/** An owner without gems is answered with an empty list, as anybody's proxy might: that is left open. */
function read(response: HttpResponse): Answer | undefined {
  const plain = /^text\/plain\b/i.test(response.headers['content-type'] ?? '') ? response.body.trim() : '';
  if (response.status === 401 && /^Access Denied\. Please sign up for an account at /.test(plain)) return inactive('the server answers 401 "Access Denied. Please sign up"');
  if (response.status === 403 && /^The API key doesn't have access/.test(plain)) return active({ notes: { barred: 'alive, but it may not list its owner\'s gems' } });
  const gems = response.status === 200 ? objectsOf(readJson(response)).filter((gem) => text(gem['gem_uri']) !== undefined) : [];
  return gems.length === 0 ? undefined : active({ notes: { gems: String(gems.length) } });
}
