import type { Check } from '../model/index.ts';
import { livenessOf } from './facts/liveness.ts';
import { describePlaces, foundPlaces, name, placeless } from './facts/places.ts';
import { listed } from './facts/sourced.ts';

export interface PlaintextTransport {
  readonly allow: readonly string[];
}

/**
 * Judged by place, whatever the issuer says: a URL without encryption that holds the token, or a command on its line that sends
 * it to one. The machine itself is no network. One such place is a violation.
 */
export const check: Check<PlaintextTransport> = {
  id: 'plaintext-transport',
  title: 'The token is sent without encryption',
  rationale: 'Everybody on the way reads a request over http://, and whoever reads a token has it.',
  references: ['https://datatracker.ietf.org/doc/html/rfc6750#section-5.3', 'https://datatracker.ietf.org/doc/html/rfc9700#section-2.6', 'https://cwe.mitre.org/data/definitions/319.html'],
  schema: {
    type: 'object',
    properties: { allow: { type: 'array', items: { type: 'string', minLength: 1 }, description: 'a list of hosts, without port; * stands for any run of characters' } },
    additionalProperties: false,
  },
  defaults: { allow: ['localhost', '*.localhost', '127.*', '[::1]', '0.0.0.0', 'host.docker.internal'] },
  tighter: { allow: 'fewer' },
  severity: 'high',
  judge({ introspection, credential }, params) {
    if (livenessOf(introspection) === 'dead') return { status: 'notApplicable', why: 'the token is not active any more' };
    const places = foundPlaces(credential);
    if (places.length === 0) return placeless(credential);
    const isAllowed = (host: string): boolean => params.allow.some((pattern) => name(pattern.toLowerCase())(host.replace(/:\d+$/, '')));
    const exposed = places.filter(({ plainHosts = [] }) => plainHosts.some((host) => !isAllowed(host)));
    const hosts = [...new Set(places.flatMap(({ plainHosts = [] }) => plainHosts))].sort();
    const threshold = 'encrypted transport';
    const grounds = hosts.length === 0 ? [] : [{ fact: 'sent without encryption to', value: listed(hosts), by: 'place' as const, source: describePlaces(places.filter(({ plainHosts }) => plainHosts !== undefined)) }];
    if (exposed.length > 0) {
      const where = [...new Set(exposed.flatMap(({ plainHosts = [] }) => plainHosts.filter((host) => !isAllowed(host))))].sort();
      return { status: 'violation', evidence: `The token is sent to ${listed(where)} without encryption, at ${describePlaces(exposed)}.`, remedy: 'Use https:// there, and replace the token: it has been read if it was ever sent.', grounds, threshold };
    }
    return { status: 'pass', evidence: hosts.length === 0 ? 'Nothing beside the token sends it without encryption.' : `The token is sent without encryption only to ${listed(hosts)}, which policy allows.`, grounds, threshold };
  },
};
