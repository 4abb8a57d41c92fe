import type { Check, Location, PolicyRecord, Verdict } from '../model/index.ts';
import { nearest, listOf } from '../lib/nearest.ts';
import { whereActive } from './facts/liveness.ts';
import { SCOPE_PROPERTIES, describePlaces, holdsAt, name } from './facts/places.ts';
import type { Scope } from './facts/places.ts';
import { ground, listed, scopesOf } from './facts/sourced.ts';
import type { Sourced } from './facts/sourced.ts';

/** At least one of `scopes` and `role`; together they add up. */
export interface AllowedScopes extends Scope {
  readonly scopes?: readonly string[];
  readonly role?: string;
}

export interface OverScoped {
  /** Scopes by the name of a role. */
  readonly roles: Readonly<Record<string, readonly string[]>>;
  readonly allow: readonly AllowedScopes[];
}

const SCOPES = { type: 'array', items: { type: 'string', minLength: 1 }, description: 'a list of scopes; * stands for any run of characters' } as const;

/**
 * At each place where a token lies, it may have the scopes of all entries that hold there together; the tightest place
 * decides. Places that no entry speaks of limit nothing. Having exactly the allowed scopes passes. An entry whose branch,
 * environment or owner nobody knows may hold or not: the verdict is open unless it is the same either way.
 */
export const check: Check<OverScoped> = {
  id: 'over-scoped',
  title: 'The token may do more than policy allows',
  rationale: 'What a thief can do is what the token may do; least privilege is the only limit that works after a leak.',
  references: ['https://datatracker.ietf.org/doc/html/rfc9700#section-2.3', 'https://datatracker.ietf.org/doc/html/rfc6749#section-3.3', 'https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final'],
  schema: {
    type: 'object',
    properties: {
      roles: { type: 'object', additionalProperties: SCOPES, description: 'the scopes of each role, by its name' },
      allow: {
        type: 'array',
        description: 'a list of entries, each with the scopes that it allows',
        items: {
          type: 'object',
          description: 'an entry such as { issuer: gitlab, path: "**", scopes: [read_api] }, or with a role',
          properties: { ...SCOPE_PROPERTIES, role: { type: 'string', minLength: 1, description: 'the name of one of the roles' }, scopes: SCOPES },
          additionalProperties: false,
        },
      },
    },
    additionalProperties: false,
  },
  defaults: { roles: {}, allow: [] },
  severity: 'high',
  complaints({ roles, allow }) {
    return allow.flatMap(({ role, scopes }, index) => {
      if (role === undefined) return scopes === undefined ? [`allow[${index}]: expected scopes or a role, as an entry without them allows nothing`] : [];
      if (Object.hasOwn(roles, role)) return [];
      const meant = nearest(role, Object.keys(roles));
      return [`allow[${index}].role: there is no such role; ${meant === undefined ? `known: ${listOf(Object.keys(roles)) || 'none'}` : `did you mean "${meant}"?`}`];
    });
  },
  judge(record, params) {
    if (params.allow.length === 0) return { status: 'notApplicable', why: 'policy limits no scopes' };
    return whereActive(record, (facts) => {
      const limits = limitsOf(record, params);
      if (limits.length === 0) return { status: 'notApplicable', why: 'policy limits the scopes of no token of this kind at these places' };
      const scopes = scopesOf(record, facts);
      if (scopes === undefined) return { status: 'undetermined', why: 'nobody said which scopes the token has' };
      const grounds = [ground('scopes', scopes)];
      const verdicts = limits.map((limit) => judgeAt(limit, scopes));
      const open = limits.find((_, index) => verdicts[index] === 'open');
      const broken = verdicts.find((verdict) => typeof verdict === 'object');
      // What goes beyond the limit of any place goes.
      const drop = [...new Set(verdicts.flatMap((verdict) => (typeof verdict === 'object' ? (verdict.allows?.drop ?? []) : [])))];
      if (broken !== undefined) return { ...broken, allows: { drop }, grounds };
      if (open !== undefined) return { status: 'undetermined', why: `what policy allows at ${describePlaces(open.places)} depends on a branch, an environment or an owner that nobody knows`, grounds };
      return { status: 'pass', evidence: `The token has ${scopes.value.length === 0 ? 'no scopes' : `the scopes ${listed(scopes.value)}`}, ${scopes.source}; policy allows all of them.`, grounds, threshold: thresholdOf(limits) };
    });
  },
};

/** A scope that takes away: `-@dangerous` (Redis), `deny DNS Write` (Cloudflare). Having it is never too much. */
const TAKES_AWAY = /^(?:-|deny )/;

interface Limit {
  readonly allowed: readonly string[];
  /** Whether some entry surely holds here. */
  readonly holds: boolean;
  /** What entries would allow that may hold here, too; undefined if there are none. */
  readonly perhaps?: readonly string[];
  readonly places: readonly Location[];
}

/** One limit for each distinct set of entries that hold at some place, in the order of the places. */
function limitsOf(record: PolicyRecord, { allow, roles }: OverScoped): readonly Limit[] {
  const scopesAt = (indexes: readonly number[]): readonly string[] => [...new Set(indexes.flatMap((index) => [...(allow[index]?.scopes ?? []), ...(roles[allow[index]?.role ?? ''] ?? [])]))].sort();
  const limits = new Map<string, Limit & { places: Location[] }>();
  for (const [at, place] of record.credential.occurrences.entries()) {
    const answers = allow.map((entry) => holdsAt(entry, record, at));
    const holding = [...answers.keys()].filter((index) => answers[index] === true);
    const perhaps = [...answers.keys()].filter((index) => answers[index] === undefined);
    if (holding.length === 0 && perhaps.length === 0) continue;
    const key = `${holding.join()}|${perhaps.join()}`;
    const limit = limits.get(key) ?? { allowed: scopesAt(holding), holds: holding.length > 0, ...(perhaps.length === 0 ? {} : { perhaps: scopesAt(perhaps) }), places: [] };
    limit.places.push(place);
    limits.set(key, limit);
  }
  return [...limits.values()];
}

function judgeAt({ allowed, holds, perhaps, places }: Limit, scopes: Sourced<readonly string[]>): 'fits' | 'open' | Extract<Verdict, { status: 'violation' }> {
  const beyond = (limit: readonly string[]): readonly string[] => scopes.value.filter((scope) => !TAKES_AWAY.test(scope) && !limit.some((pattern) => name(pattern)(scope)));
  if (holds && beyond(allowed).length === 0) return 'fits';
  const over = beyond([...allowed, ...(perhaps ?? [])]);
  if (!holds || over.length === 0) return scopes.value.length === 0 ? 'fits' : 'open';
  return {
    status: 'violation',
    allows: { drop: over },
    evidence: `The token may ${listed(over)}, ${scopes.source}; at ${describePlaces(places)} policy allows ${allowed.length === 0 ? 'no scope' : `only ${listed(allowed)}`}.`,
    remedy: `Replace it by a token without ${listed(over)}, and revoke this one.`,
    threshold: allowed.length === 0 ? 'no scope' : `at most ${listed(allowed)}`,
  };
}

function thresholdOf(limits: readonly Limit[]): string {
  return `at most ${limits.map(({ allowed }) => (allowed.length === 0 ? 'no scope' : listed(allowed))).join('; or ')}`;
}
