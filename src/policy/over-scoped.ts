import type { Check, Location, PolicyRecord } from '../model/index.ts';
import { clip } from '../lib/columns.ts';
import { nameMatcher } from '../lib/glob.ts';
import { whereActive } from './facts/liveness.ts';
import { SCOPE_PROPERTIES, describePlaces, holdsAt } from './facts/places.ts';
import type { Scope } from './facts/places.ts';
import { scopesOf } from './facts/sourced.ts';

export interface AllowedScopes extends Scope {
  readonly scopes: readonly string[];
}

export interface OverScoped {
  readonly allow: readonly AllowedScopes[];
}

/**
 * At each place where a token lies, it may have the scopes of all entries that hold there together; the tightest place
 * decides. Places that no entry speaks of limit nothing. Having exactly the allowed scopes passes.
 */
export const check: Check<OverScoped> = {
  id: 'over-scoped',
  title: 'The token may do more than policy allows',
  rationale: 'What a thief can do is what the token may do; least privilege is the only limit that works after a leak.',
  references: ['https://datatracker.ietf.org/doc/html/rfc9700#section-2.3', 'https://datatracker.ietf.org/doc/html/rfc6749#section-3.3', 'https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final'],
  schema: {
    type: 'object',
    properties: {
      allow: {
        type: 'array',
        description: 'a list of entries, each with the scopes that it allows',
        items: {
          type: 'object',
          description: 'an entry such as { issuer: gitlab, path: "**", scopes: [read_api] }',
          properties: {
            ...SCOPE_PROPERTIES,
            scopes: { type: 'array', items: { type: 'string', minLength: 1 }, description: 'a list of scopes; * stands for any run of characters' },
          },
          required: ['scopes'],
          additionalProperties: false,
        },
      },
    },
    additionalProperties: false,
  },
  defaults: { allow: [] },
  severity: 'high',
  judge(record, params) {
    if (params.allow.length === 0) return { status: 'notApplicable', why: 'policy limits no scopes' };
    return whereActive(record, (facts) => {
      const limits = limitsOf(record, params.allow);
      if (limits.length === 0) return { status: 'notApplicable', why: 'policy limits the scopes of no token of this kind at these places' };
      const scopes = scopesOf(record, facts);
      if (scopes === undefined) return { status: 'undetermined', why: 'nobody said which scopes the token has' };
      for (const { places, allowed } of limits) {
        const fits = allowed.map(nameMatcher);
        const over = scopes.value.filter((scope) => !fits.some((fit) => fit(scope)));
        if (over.length === 0) continue;
        return {
          status: 'violation',
          evidence: `The token may ${list(over)}, ${scopes.source}; at ${describePlaces(places)} policy allows ${allowed.length === 0 ? 'no scope' : `only ${list(allowed)}`}.`,
          remedy: `Replace it by a token without ${list(over)}, and revoke this one.`,
        };
      }
      return { status: 'pass', evidence: `The token has ${scopes.value.length === 0 ? 'no scopes' : `the scopes ${list(scopes.value)}`}, ${scopes.source}; policy allows all of them.` };
    });
  },
};

interface Limit {
  readonly allowed: readonly string[];
  readonly places: readonly Location[];
}

/** One limit for each distinct set of entries that hold at some place, in the order of the places. */
function limitsOf(record: PolicyRecord, entries: readonly AllowedScopes[]): readonly Limit[] {
  const limits = new Map<string, { allowed: readonly string[]; places: Location[] }>();
  for (const place of record.credential.occurrences) {
    const holding = entries.map((entry, index) => (holdsAt(entry, record, place) ? index : -1)).filter((index) => index >= 0);
    if (holding.length === 0) continue;
    const key = holding.join();
    const limit = limits.get(key) ?? { allowed: [...new Set(holding.flatMap((index) => entries[index]?.scopes ?? []))].sort(), places: [] };
    limit.places.push(place);
    limits.set(key, limit);
  }
  return [...limits.values()];
}

const SHOWN = 10;

function list(scopes: readonly string[]): string {
  const shown = scopes.slice(0, SHOWN).map((scope) => clip(scope, 80));
  return scopes.length > SHOWN ? `${shown.join(', ')} and ${scopes.length - SHOWN} more` : shown.join(', ');
}
