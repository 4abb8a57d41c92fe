import type { Check } from '../model/index.ts';
import { whereActive } from './facts/liveness.ts';
import { personOf } from './facts/owners.ts';
import { describePlaces, name } from './facts/places.ts';
import { ground, listed, saidByIssuer, scopesOf } from './facts/sourced.ts';

/**
 * Compares a token with its entry under `tokens:`: more scopes, another owner at its issuer, an environment that is not named. Fewer
 * scopes are no drift, and an issuer that names no owner contradicts nobody; what the entry does not say is not limited.
 */
export const check: Check<Readonly<Record<string, never>>> = {
  id: 'drifted',
  title: 'The token is not what was declared',
  rationale: 'What was permitted was a certain token: one that does more, belongs to others or turns up elsewhere was never agreed to.',
  references: ['https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final', 'https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html'],
  schema: { type: 'object', properties: {}, additionalProperties: false },
  defaults: {},
  severity: 'high',
  judge(record) {
    const declaration = record.surroundings?.declaration;
    if (typeof declaration !== 'object') return { status: 'notApplicable', why: declaration === undefined ? 'the configuration declares no tokens' : 'the token is not declared' };
    return whereActive(record, (facts) => {
      const { place, scopes: allowed, environments, owner } = declaration;
      const drift: string[] = [];
      const open: string[] = [];
      const grounds = [];
      const threshold = [`owner ${owner}`, ...(allowed === undefined ? [] : [`scopes ${allowed.length === 0 ? 'none' : listed(allowed)}`]), ...(environments === undefined ? [] : [`environments ${listed(environments)}`])].join('; ');

      const scopes = scopesOf(record, facts);
      if (scopes !== undefined) grounds.push(ground('scopes', scopes));
      if (allowed !== undefined && scopes === undefined) open.push('which scopes it has');
      const beyond = allowed === undefined || scopes === undefined ? [] : scopes.value.filter((scope) => !allowed.some((pattern) => name(pattern)(scope)));
      if (beyond.length > 0 && scopes !== undefined) drift.push(`it may ${listed(beyond)}, ${scopes.source}`);

      if (facts.owner !== undefined) {
        const said = saidByIssuer(record, facts.owner);
        grounds.push(ground('owner', said));
        if (personOf(facts.owner) !== personOf(owner)) drift.push(`it belongs to ${facts.owner}, ${said.source}, and not to ${owner}`);
      }

      if (environments !== undefined) {
        const places = record.surroundings?.places;
        if (places === undefined) open.push('which environments its places belong to');
        const strange = record.credential.occurrences.filter((_, index) => {
          const environment = places?.[index]?.environment;
          return environment !== undefined && environment !== 'none' && !environments.includes(environment);
        });
        if (strange.length > 0) drift.push(`it lies at ${describePlaces(strange)}, outside of ${environments.length === 0 ? 'any environment' : listed(environments)}`);
      }

      if (drift.length > 0) return { status: 'violation', evidence: `${place} declares the token, but ${drift.join('; ')}.`, remedy: `Replace it by the token that ${place} describes and revoke this one, or let its owner change the entry.`, grounds, threshold };
      if (open.length > 0) return { status: 'undetermined', why: `nobody said ${open.join(', or ')}`, grounds, threshold };
      return { status: 'pass', evidence: `The token is as ${place} declares it.`, grounds, threshold };
    });
  },
};
