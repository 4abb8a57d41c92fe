import type { Check, Ground } from '../model/index.ts';
import { livenessOf } from './facts/liveness.ts';

/**
 * The token's own bytes decide, and no key is asked for: a header that names no signature, an HMAC signature that verifies under a
 * word of the list, claims without `exp`. Each is a violation; all of them are told.
 */
export const check: Check<Readonly<Record<string, never>>> = {
  id: 'weak-jwt',
  title: 'The JSON Web Token can be forged, or never ends',
  rationale: 'Whoever can sign like the issuer writes tokens of any user; a token without exp is honoured until somebody changes the key.',
  references: ['https://www.rfc-editor.org/rfc/rfc8725#section-3', 'https://www.rfc-editor.org/rfc/rfc7518#section-3.2', 'https://cwe.mitre.org/data/definitions/347.html'],
  schema: { type: 'object', properties: {}, additionalProperties: false },
  defaults: {},
  severity: 'high',
  judge({ introspection, credential }) {
    const { facts, rule } = credential;
    const algorithm = facts?.algorithm;
    if (algorithm === undefined && rule.validator !== 'jwt' && rule.facts !== 'jwt' && rule.facts !== 'prefixed-jwt') return { status: 'notApplicable', why: 'the token is no JSON Web Token' };
    if (livenessOf(introspection) === 'dead') return { status: 'notApplicable', why: 'the token is not active any more' };
    const threshold = 'a signature by a key that cannot be guessed, and exp';
    if (facts === undefined || algorithm === undefined) return { status: 'undetermined', why: 'its header names no algorithm, or cannot be read', threshold };
    const isNone = algorithm.toLowerCase() === 'none';
    const isHmac = /^hs\d/i.test(algorithm);
    const own = (fact: string, value: string): Ground => ({ fact, value, by: 'token', source: 'the token itself' });
    const grounds = [
      own('algorithm', algorithm.slice(0, 20)),
      ...(facts.commonKey === undefined ? [] : [own('signing key', facts.commonKey ? 'a common word' : 'none of the common words')]),
      ...(facts.expiresAt === undefined ? [] : [own('exp', facts.expiresAt === 'never' ? 'none' : 'present')]),
    ];
    const wrong = [
      ...(isNone ? ['it is not signed (alg none), so that anybody can write such tokens'] : []),
      ...(facts.commonKey === true ? ['its HMAC key is a word that everybody tries first, so that anybody can sign such tokens'] : []),
      ...(facts.expiresAt === 'never' ? ['it has no exp, so that it never ends'] : []),
    ];
    if (wrong.length > 0) {
      const forgeable = isNone || facts.commonKey === true;
      return { status: 'violation', evidence: `The token is weak: ${wrong.join('; ')}.`, remedy: forgeable ? 'Let the issuer sign with a random key of at least 256 bits or an asymmetric one, refuse "none" where tokens are accepted, and set exp.' : 'Let the issuer set exp, and let whoever accepts its tokens demand it.', grounds, threshold };
    }
    if (isHmac && facts.commonKey === undefined) return { status: 'undetermined', why: 'nobody tried whether its HMAC key can be guessed', grounds, threshold };
    if (facts.expiresAt === undefined) return { status: 'undetermined', why: 'its exp cannot be read', grounds, threshold };
    return { status: 'pass', evidence: `The token is signed (${algorithm.slice(0, 20)})${isHmac ? ', its key is none of the words that everybody tries first' : ''}, and it has exp.`, grounds, threshold };
  },
};
