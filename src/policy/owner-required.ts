import type { Check } from '../model/index.ts';
import { livenessOf } from './facts/liveness.ts';
import { tokenOwners } from './facts/owners.ts';
import { describePlaces } from './facts/places.ts';
import { listed } from './facts/sourced.ts';

const SOURCES = ['issuer', 'codeowners', 'configuration', 'attestation'] as const;

export interface OwnerRequired {
  readonly from: readonly (typeof SOURCES)[number][];
}

/**
 * One name is enough: for the token (its issuer, `tokens:`, an attestation), else for each place where it lies (CODEOWNERS,
 * `owners:`). A violation needs an issuer that answered without a name and places for which sources were read.
 */
export const check: Check<OwnerRequired> = {
  id: 'owner-required',
  title: 'Nobody answers for the token',
  rationale: 'A token without an owner is rotated by nobody, missed by nobody, and revoked by nobody when it leaks.',
  references: ['https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html', 'https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners'],
  schema: {
    type: 'object',
    properties: { from: { type: 'array', items: { enum: SOURCES }, minItems: 1, uniqueItems: true, description: 'a list of issuer, codeowners, configuration and attestation: whose word counts' } },
    additionalProperties: false,
  },
  defaults: { from: SOURCES },
  tighter: { from: 'fewer' },
  severity: 'medium',
  judge(record, params) {
    const { introspection, credential, surroundings } = record;
    const liveness = livenessOf(introspection);
    if (liveness === 'dead') return { status: 'notApplicable', why: 'the token is not active any more' };
    const threshold = `an owner named by ${params.from.join(', ')}`;
    const counts = (source: OwnerRequired['from'][number] | 'nowhere'): boolean => params.from.some((one) => one === source);
    const [owner] = tokenOwners(record).filter(({ from }) => counts(from));
    if (owner !== undefined) return { status: 'pass', evidence: `${owner.name} answers for the token, ${owner.words}.`, grounds: [owner.ground], threshold };

    const places = surroundings?.places;
    if (places === undefined) return { status: 'undetermined', why: 'nobody looked who answers for the places of the token', threshold };
    const named = places.map(({ owners }) => (owners !== undefined && counts(owners.from) && owners.names.length > 0 ? owners : undefined));
    const [first] = named;
    if (first !== undefined && !named.includes(undefined)) {
      const grounds = [{ fact: 'owner', value: listed(first.names), by: first.from === 'codeowners' ? ('repository' as const) : ('configuration' as const), source: first.source }];
      return { status: 'pass', evidence: `${listed(first.names)} ${first.names.length === 1 ? 'answers' : 'answer'} for ${describePlaces(credential.occurrences.slice(0, 1))}, as ${first.source} says${named.length > 1 ? ', and every other place has an owner, too' : ''}.`, grounds, threshold };
    }
    const open = places.some(({ owners }, index) => named[index] === undefined && owners === undefined);
    if (open) return { status: 'undetermined', why: 'nobody looked who answers for all places of the token', threshold };
    if (counts('issuer') && liveness !== 'active') return { status: 'undetermined', why: 'no file names an owner, and its issuer, which might, has not answered', threshold };
    const orphans = credential.occurrences.filter((_, index) => named[index] === undefined);
    return {
      status: 'violation',
      evidence: `No owner is known of the token${orphans.length === 0 ? '' : ` at ${describePlaces(orphans)}`}; policy wants ${threshold}.`,
      remedy: 'Find out who needs it, and name them: in CODEOWNERS for the path, under owners: or tokens: in tokenwarden.yml, or with "tokenwarden attest".',
      threshold,
    };
  },
};
