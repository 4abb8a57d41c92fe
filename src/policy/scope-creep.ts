import type { Check } from '../model/index.ts';
import { formatInstant } from '../lib/instant.ts';
import { whereActive } from './facts/liveness.ts';
import { ground, listed, scopesOf } from './facts/sourced.ts';

/**
 * Compares with the record that earlier runs left. What was added stays a violation until it is taken away again or its owner confirms
 * it (`tokenwarden attest`); a scope that was taken away and comes back is added. The first record has nothing to grow from.
 */
export const check: Check<Readonly<Record<string, never>>> = {
  id: 'scope-creep',
  title: 'The token may do more than it could before',
  rationale: 'Whoever checked the token checked what it could do then; what is added later is looked at by nobody.',
  references: ['https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final', 'https://datatracker.ietf.org/doc/html/rfc9700#section-2.3'],
  schema: { type: 'object', properties: {}, additionalProperties: false },
  defaults: {},
  severity: 'high',
  judge(record) {
    return whereActive(record, (facts) => {
      const recorded = record.surroundings?.recordedScopes;
      const threshold = 'no scope beyond the last record';
      if (recorded === undefined) return { status: 'undetermined', why: 'no inventory remembers what the token could do before', threshold };
      const scopes = scopesOf(record, facts);
      if (scopes === undefined) return { status: 'undetermined', why: 'nobody said which scopes the token has', threshold };
      if (recorded === 'none') return { status: 'notApplicable', why: 'no earlier run has recorded its scopes' };
      const then = { fact: 'scopes before', value: recorded.scopes.length === 0 ? 'none' : listed(recorded.scopes), by: 'inventory' as const, source: `the inventory, ${formatInstant(recorded.at)}` };
      const grounds = [then, ground('scopes', scopes)];
      const added = scopes.value.filter((scope) => !recorded.scopes.includes(scope));
      if (added.length === 0) return { status: 'pass', evidence: `The token may do nothing that it could not do ${formatInstant(recorded.at)}.`, grounds, threshold };
      return {
        status: 'violation',
        evidence: `The token may now also ${listed(added)}, ${scopes.source}; ${formatInstant(recorded.at)} it had ${recorded.scopes.length === 0 ? 'no scope' : listed(recorded.scopes)}.`,
        remedy: `Take ${listed(added)} away again, or replace the token; if its owner needs that, record it with "tokenwarden attest".`,
        grounds,
        threshold,
      };
    });
  },
};
