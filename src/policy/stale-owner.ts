import type { Check } from '../model/index.ts';
import { livenessOf } from './facts/liveness.ts';
import { personOf, tokenOwners } from './facts/owners.ts';
import { describePlaces, name } from './facts/places.ts';
import { listed } from './facts/sourced.ts';

export interface StaleOwner {
  readonly left: readonly string[];
  readonly current: readonly string[];
}

const NAMES = { type: 'array', items: { type: 'string', minLength: 1 } } as const;

/**
 * Whoever is named for the token itself decides; only where nobody is, those who answer for its places, and a place is orphaned
 * when all of its owners are gone. Gone is who fits `left`, or fits none of `current` where that is given. Names are compared
 * without case and without a leading @.
 */
export const check: Check<StaleOwner> = {
  id: 'stale-owner',
  title: 'The owner of the token has left',
  rationale: 'Access outlives people: what they made keeps working after they left, in copies that only they knew of.',
  references: ['https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final', 'https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html'],
  schema: {
    type: 'object',
    properties: {
      left: { ...NAMES, description: 'a list of people who left; * stands for any run of characters' },
      current: { ...NAMES, description: 'a list of all people and teams who are there; * stands for any run of characters' },
    },
    additionalProperties: false,
  },
  defaults: { left: [], current: [] },
  tighter: { left: 'further' },
  severity: 'high',
  judge(record, params) {
    if (params.left.length === 0 && params.current.length === 0) return { status: 'notApplicable', why: 'policy names neither people who left nor people who are there' };
    if (livenessOf(record.introspection) === 'dead') return { status: 'notApplicable', why: 'the token is not active any more' };
    const threshold = params.current.length === 0 ? 'an owner who has not left' : 'an owner among the current people';
    const isGone = (person: string): boolean => {
      const fits = (patterns: readonly string[]): boolean => patterns.some((pattern) => name(personOf(pattern))(personOf(person)));
      return fits(params.left) || (params.current.length > 0 && !fits(params.current));
    };
    const remedy = 'Find who took over what it serves, issue them a token of their own, and revoke this one.';
    const owners = tokenOwners(record);
    const grounds = owners.map(({ ground }) => ground);
    const gone = owners.find((owner) => isGone(owner.name));
    if (gone !== undefined) return { status: 'violation', evidence: `${gone.name}, ${gone.words}, is not there any more; policy wants ${threshold}.`, remedy, grounds, threshold };
    if (owners.length > 0) return { status: 'pass', evidence: `${listed(owners.map((owner) => owner.name))} ${owners.length === 1 ? 'is' : 'are'} still there.`, grounds, threshold };

    const places = (record.surroundings?.places ?? []).map(({ owners: named }, index) => ({ names: named?.names ?? [], source: named?.source ?? '', index })).filter(({ names }) => names.length > 0);
    const [first] = places;
    if (first === undefined) return { status: 'undetermined', why: 'nobody said who owns the token', threshold };
    const orphaned = places.find(({ names }) => names.every(isGone)) ?? undefined;
    const shown = orphaned ?? first;
    const ground = { fact: 'owner', value: listed(shown.names), by: 'repository' as const, source: shown.source };
    if (orphaned === undefined) return { status: 'pass', evidence: `${listed(first.names)} ${first.names.length === 1 ? 'answers' : 'answer'} for its place, as ${first.source} says, and somebody of every place is still there.`, grounds: [ground], threshold };
    const at = record.credential.occurrences.slice(orphaned.index, orphaned.index + 1);
    return { status: 'violation', evidence: `Of those who answer for ${describePlaces(at)} (${listed(orphaned.names)}, as ${orphaned.source} says) nobody is there any more; policy wants ${threshold}.`, remedy, grounds: [ground], threshold };
  },
};
