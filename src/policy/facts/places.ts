import type { Location, PlaceFacts, PolicyRecord, Verdict } from '../../model/index.ts';
import { describeLocation, pathOf } from '../../model/index.ts';
import { nameMatcher, pathMatcher } from '../../lib/glob.ts';
import type { Matcher } from '../../lib/glob.ts';

/** Where a policy entry holds. What is not given holds everywhere. */
export interface Scope {
  /** Name pattern of the rule's issuer or of the store that was asked. */
  readonly issuer?: string;
  /** Name pattern of the rule. */
  readonly rule?: string;
  /** Path pattern, `.gitignore` syntax. */
  readonly path?: string;
  /** Name pattern of the branch whose tree the place lies in. */
  readonly branch?: string;
  /** Name of one of the `environments:`; `none` is outside of all. */
  readonly environment?: string;
  /** Name pattern of somebody who answers for the place, or for the token at its issuer. */
  readonly owner?: string;
}

/** JSON Schema of the parts of a `Scope`. */
export const SCOPE_PROPERTIES = {
  issuer: { type: 'string', minLength: 1, description: 'an issuer or store id; * stands for any run of characters' },
  rule: { type: 'string', minLength: 1, description: 'a rule id; * stands for any run of characters' },
  path: { type: 'string', minLength: 1, description: 'a path pattern in .gitignore syntax, such as secrets/**' },
  branch: { type: 'string', minLength: 1, description: 'the branch that is scanned; * stands for any run of characters' },
  environment: { type: 'string', minLength: 1, description: 'an environment, by its name under environments:' },
  owner: { type: 'string', minLength: 1, description: 'who answers for the place or the token; * stands for any run of characters' },
} as const;

/** Whether an entry holds for this credential at its place of that number; undefined where nobody knows the branch, environment or owner that it asks for. */
export function holdsAt(scope: Scope, record: PolicyRecord, index: number): boolean | undefined {
  const { credential, introspection, surroundings } = record;
  const location = credential.occurrences[index];
  if (location === undefined) return false;
  if (scope.rule !== undefined && !name(scope.rule)(credential.rule.id)) return false;
  if (scope.issuer !== undefined) {
    const isIssuer = name(scope.issuer);
    if (!isIssuer(credential.issuer) && (introspection.store === undefined || !isIssuer(introspection.store))) return false;
  }
  if (scope.path !== undefined && !path(scope.path)(pathOf(location.origin))) return false;
  const place = surroundings?.places?.[index] ?? {};
  return and([fits(scope.branch, place.branch === undefined ? undefined : [place.branch]), fits(scope.environment, place.environment === undefined ? undefined : [place.environment]), fits(scope.owner, ownersAt(record, place))]);
}

/** Everybody who is known to answer for the token there; undefined where nobody looked or said. */
function ownersAt({ introspection }: PolicyRecord, { owners }: PlaceFacts): readonly string[] | undefined {
  const atIssuer = introspection.status === 'active' ? [introspection.facts.owner, introspection.facts.sub].filter((one) => one !== undefined) : [];
  return owners === undefined && atIssuer.length === 0 ? undefined : [...(owners?.names ?? []), ...atIssuer];
}

function fits(pattern: string | undefined, values: readonly string[] | undefined): boolean | undefined {
  if (pattern === undefined) return true;
  return values?.some((value) => name(pattern.replace(/^@/, ''))(value.replace(/^@/, '')));
}

function and(parts: readonly (boolean | undefined)[]): boolean | undefined {
  return parts.includes(false) ? false : parts.includes(undefined) ? undefined : true;
}

/** Where it was found; what its issuer only lists lies nowhere. */
export function foundPlaces({ occurrences }: PolicyRecord['credential']): readonly Location[] {
  return occurrences.filter(({ origin }) => origin.kind !== 'issuer');
}

/** Of a credential without such places: it is either only listed, or nobody knows where it lies. */
export function placeless({ occurrences }: PolicyRecord['credential']): Verdict {
  return occurrences.length > 0 ? { status: 'notApplicable', why: 'its issuer lists it, and it was found nowhere' } : { status: 'undetermined', why: 'no place is known where the token lies' };
}

/** `a.yml:3:1 and 4 more places`: the first in the order of the credential, and how many others. */
export function describePlaces(places: readonly Location[]): string {
  const [first] = places;
  if (first === undefined) return 'no place';
  const others = places.length - 1;
  return `${describeLocation(first)}${others === 0 ? '' : ` and ${others} more ${others === 1 ? 'place' : 'places'}`}`;
}

/** Patterns are few and records many: each is compiled once. Bounded, as patterns are a user's. */
const compiled = { name: new Map<string, Matcher>(), path: new Map<string, Matcher>() };
const MAX_COMPILED = 1000;

export function name(pattern: string): Matcher {
  return memo(compiled.name, pattern, nameMatcher);
}

export function path(pattern: string): Matcher {
  return memo(compiled.path, pattern, pathMatcher);
}

function memo(known: Map<string, Matcher>, pattern: string, compile: (pattern: string) => Matcher): Matcher {
  const old = known.get(pattern);
  if (old !== undefined) return old;
  if (known.size >= MAX_COMPILED) known.clear();
  const fresh = compile(pattern);
  known.set(pattern, fresh);
  return fresh;
}
