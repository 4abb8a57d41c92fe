import type { Check } from '../model/index.ts';
import { livenessOf } from './facts/liveness.ts';
import { automationAt } from './facts/automation.ts';
import { federationFor } from './facts/federation.ts';
import { describePlaces, foundPlaces, placeless } from './facts/places.ts';

/**
 * Of kinds whose issuer documents federation, at places of continuous integration: one such place is a violation, and so is a
 * workflow of the same tree that takes a secret whose name says that it is such a key. A cloud's key of which nothing else was found
 * is a finding of its own (`audit` of a tree), known by that name.
 */
export const check: Check<Readonly<Record<string, never>>> = {
  id: 'static-where-short-lived-exists',
  title: 'CI keeps a static key where a short-lived one would do',
  rationale: 'A run that proves who it is needs no key that could leak: what it gets instead is dead within the hour.',
  references: ['https://docs.github.com/en/actions/concepts/security/openid-connect', 'https://docs.gitlab.com/ci/cloud_services/', 'https://github.com/OWASP/ASVS/blob/v5.0.0/5.0/en/0x22-V13-Configuration.md'],
  schema: { type: 'object', properties: {}, additionalProperties: false },
  defaults: {},
  severity: 'medium',
  judge({ introspection, credential, surroundings }) {
    const federation = federationFor(credential.rule.id);
    if (federation === undefined) return { status: 'notApplicable', why: 'no short-lived credential in place of this kind is known' };
    // The built-in store is called as its issuer is; any other is somebody's own.
    if (federation.publicOnly === true && introspection.store !== undefined && introspection.store !== credential.issuer) return { status: 'notApplicable', why: `only the public store offers ${federation.how}` };
    if (livenessOf(introspection) === 'dead') return { status: 'notApplicable', why: 'the token is not active any more' };
    const places = foundPlaces(credential);
    if (places.length === 0) return placeless(credential);
    const threshold = 'short-lived credentials in continuous integration';
    if (credential.reference !== undefined) {
      const { names } = credential.reference;
      return {
        status: 'violation',
        evidence: `A workflow takes a static key of ${credential.rule.issuerName} from ${names.length === 1 ? 'the secret' : 'the secrets'} ${names.join(' and ')}, at ${describePlaces(places)}, where ${federation.how} would do.`,
        remedy: `Set up ${federation.how}, let the workflow use it, delete ${names.length === 1 ? 'the secret' : 'the secrets'}, then revoke the key: ${federation.reference}`,
        grounds: [{ fact: 'secret of a workflow', value: names.join(', '), by: 'repository', source: describePlaces(places) }],
        threshold,
      };
    }
    const ci = places.filter((place) => automationAt(place)?.isCi === true);
    const [first] = ci;
    if (first === undefined) {
      const taken = surroundings?.workflowSecrets?.filter(({ name }) => federation.secretNames?.test(name.toUpperCase()) === true) ?? [];
      const [secret] = taken;
      if (secret !== undefined) {
        const where = `${secret.path}:${secret.line}${taken.length === 1 ? '' : ` and ${taken.length - 1} more ${taken.length === 2 ? 'place' : 'places'}`}`;
        return {
          status: 'violation',
          evidence: `A workflow takes a static key of ${credential.rule.issuerName} from the secret ${secret.name}, at ${where}, where ${federation.how} would do. Whether it is this key its name does not tell.`,
          remedy: `Set up ${federation.how}, let the workflow use it, delete the secret, then revoke this key: ${federation.reference}`,
          grounds: [{ fact: 'secret of a workflow', value: secret.name, by: 'repository', source: where }],
          threshold,
        };
      }
    }
    if (first === undefined) return { status: 'pass', evidence: 'None of its places belongs to continuous integration, and no workflow beside it takes such a key by name.', threshold };
    const what = automationAt(first)?.what ?? 'continuous integration';
    return {
      status: 'violation',
      evidence: `A static key of ${credential.rule.issuerName} lies in ${what}, at ${describePlaces(ci)}, where ${federation.how} would do.`,
      remedy: `Set up ${federation.how}, let the workflow use it, then revoke this key: ${federation.reference}`,
      grounds: [{ fact: 'place', value: what, by: 'place', source: describePlaces(ci) }],
      threshold,
    };
  },
};
