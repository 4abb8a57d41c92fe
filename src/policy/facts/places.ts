import type { Location, PolicyRecord } from '../../model/index.ts';
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
}

/** JSON Schema of the parts of a `Scope`. */
export const SCOPE_PROPERTIES = {
  issuer: { type: 'string', minLength: 1, description: 'an issuer or store id; * stands for any run of characters' },
  rule: { type: 'string', minLength: 1, description: 'a rule id; * stands for any run of characters' },
  path: { type: 'string', minLength: 1, description: 'a path pattern in .gitignore syntax, such as secrets/**' },
} as const;

/** Whether an entry holds for this credential at this place. */
export function holdsAt(scope: Scope, record: PolicyRecord, location: Location): boolean {
  const { credential, introspection } = record;
  if (scope.rule !== undefined && !name(scope.rule)(credential.rule.id)) return false;
  if (scope.issuer !== undefined) {
    const isIssuer = name(scope.issuer);
    if (!isIssuer(credential.issuer) && (introspection.store === undefined || !isIssuer(introspection.store))) return false;
  }
  return scope.path === undefined || path(scope.path)(pathOf(location.origin));
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

function name(pattern: string): Matcher {
  return memo(compiled.name, pattern, nameMatcher);
}

function path(pattern: string): Matcher {
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
