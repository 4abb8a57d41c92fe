import type { Check, Location } from '../model/index.ts';
import { isLog, pathOf } from '../model/index.ts';
import { livenessOf } from './facts/liveness.ts';
import { personOf } from './facts/owners.ts';
import { foundPlaces, placeless } from './facts/places.ts';
import { listed } from './facts/sourced.ts';

export interface Shared {
  readonly places: number;
  readonly people: number;
}

const COUNT = { type: 'integer', minimum: 1, maximum: 1_000_000 } as const;

/**
 * Counts paths, not versions: a file that changes a hundred times is one place. Logs are copies and no places of their own. A
 * person counts who first put the token into a path, not who edited the file later. Exactly the limit passes.
 */
export const check: Check<Shared> = {
  id: 'shared',
  title: 'One token is used in many places or by many people',
  rationale: 'When a shared token is abused nobody can say by whom, and revoking it stops everything that uses it at once, so nobody does.',
  references: ['https://github.com/OWASP/ASVS/blob/v5.0.0/5.0/en/0x22-V13-Configuration.md', 'https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html'],
  schema: {
    type: 'object',
    properties: { places: { ...COUNT, description: 'how many paths may hold the same token, from 1' }, people: { ...COUNT, description: 'how many people may have put it there, from 1' } },
    additionalProperties: false,
  },
  defaults: { places: 5, people: 2 },
  tighter: { places: 'lower', people: 'lower' },
  severity: 'medium',
  judge({ introspection, credential }, params) {
    if (livenessOf(introspection) === 'dead') return { status: 'notApplicable', why: 'the token is not active any more' };
    const found = foundPlaces(credential);
    if (found.length === 0) return placeless(credential);
    const places = found.filter(({ origin }) => !isLog(origin));
    if (places.length === 0) return { status: 'notApplicable', why: 'the token lies in logs only, which are copies' };
    const paths = [...new Set(places.map(({ origin }) => pathOf(origin)))].sort();
    const people = peopleOf(places);
    const threshold = `at most ${params.places} ${params.places === 1 ? 'path' : 'paths'} and ${params.people} ${params.people === 1 ? 'person' : 'people'}`;
    const grounds = [
      { fact: 'paths', value: listed(paths), by: 'place' as const, source: 'what was scanned' },
      ...(people.length === 0 ? [] : [{ fact: 'put there by', value: listed(people), by: 'repository' as const, source: 'the commits that brought it in' }]),
    ];
    const said = [`${paths.length} ${paths.length === 1 ? 'path' : 'paths'} (${listed(paths)})`, ...(people.length === 0 ? [] : [`put there by ${listed(people)}`])].join(', ');
    if (paths.length <= params.places && people.length <= params.people) return { status: 'pass', evidence: `The token lies in ${said}; policy allows ${threshold}.`, grounds, threshold };
    return { status: 'violation', evidence: `One token lies in ${said}; policy allows ${threshold}.`, remedy: 'Issue one token for each use, each with the scopes of that use, then revoke this one.', grounds, threshold };
  },
};

/** Who first committed it into each path, by mail address where there is one; sorted. */
function peopleOf(places: readonly Location[]): readonly string[] {
  const first = new Map<string, { readonly at: string; readonly author: string }>();
  for (const { origin } of places) {
    if (origin.kind !== 'commit' || origin.author === undefined) continue;
    const at = origin.committedAt === undefined ? '~' : new Date(origin.committedAt).toJSON() ?? '~';
    const known = first.get(origin.path);
    if (known === undefined || at < known.at) first.set(origin.path, { at, author: origin.author });
  }
  return [...new Set([...first.values()].map(({ author }) => personOf(/<([^<>]+)>\s*$/.exec(author)?.[1] ?? author)))].sort();
}
