import { formatDuration } from '../../lib/duration.ts';
import { formatInstant, isInstant } from '../../lib/instant.ts';
import type { ActiveFacts, Allowance, CheckedVerdict } from '../../model/index.ts';

/** How a living token is to be limited, with why that and not another. */
export type WantedLimit =
  | { readonly kind: 'shorten'; readonly until: Date; readonly note?: string }
  | { readonly kind: 'narrow'; readonly keep: readonly string[]; readonly drop: readonly string[]; readonly note?: string };

/** Whoever uses a token whose time by policy is over already gets so long to replace it. */
const GRACE_MS = 86_400_000;
/** What of scopes an answer keeps: more of them, or longer ones, were cut, and cannot be told to an issuer again. */
const MAX_SCOPES = 500;
const MAX_SCOPE = 300;

/** What the verdicts on a living token allow it: all drops together, and the shortest life. */
export function allowanceOf(verdicts: readonly CheckedVerdict[]): Allowance {
  const allowed = verdicts.flatMap(({ verdict }) => (verdict.status === 'violation' && verdict.allows !== undefined ? [verdict.allows] : []));
  const drop = [...new Set(allowed.flatMap((one) => one.drop ?? []))];
  const lives = allowed.flatMap(({ lifetimeMs }) => (lifetimeMs === undefined ? [] : [lifetimeMs]));
  return { ...(drop.length === 0 ? {} : { drop }), ...(lives.length === 0 ? {} : { lifetimeMs: Math.min(...lives) }) };
}

/** The end that policy allows; why there is none to be set. */
export function endOf({ iat, exp }: ActiveFacts, lifetimeMs: number, now: Date): Extract<WantedLimit, { kind: 'shorten' }> | { readonly why: string } {
  const byPolicy = isInstant(iat) ? iat.getTime() + lifetimeMs : undefined;
  const soonest = now.getTime() + Math.min(GRACE_MS, lifetimeMs);
  const until = wholeSecond(new Date(byPolicy === undefined ? now.getTime() + lifetimeMs : Math.max(byPolicy, soonest)));
  const why = endsSooner(exp, until, now);
  if (why !== undefined) return { why };
  if (byPolicy === undefined) return { kind: 'shorten', until, note: `nobody says when it was issued, so that the ${formatDuration(lifetimeMs)} that policy allows count from now` };
  return byPolicy < soonest ? { kind: 'shorten', until, note: `by policy it had to end ${formatInstant(new Date(byPolicy))}; it gets ${formatDuration(Math.min(GRACE_MS, lifetimeMs))} from now, so that who uses it can replace it` } : { kind: 'shorten', until };
}

/** Why a token cannot be made to end then: it does so sooner. */
export function endsSooner(exp: ActiveFacts['exp'], until: Date, now: Date): string | undefined {
  if (isInstant(exp) && exp <= now) return `its end (${formatInstant(exp)}) is past, and its issuer calls it active all the same: an end does not end it`;
  return isInstant(exp) && exp <= until ? `it ends ${formatInstant(exp)} by itself, which is no later` : undefined;
}

/** Scopes without some, or why they cannot be told apart. */
export function scopesWithout(scopes: ActiveFacts['scopes'], isDropped: (scope: string) => boolean): Extract<WantedLimit, { kind: 'narrow' }> | { readonly why: string } {
  if (scopes === undefined) return { why: 'its issuer does not say its scopes' };
  if (scopes.length >= MAX_SCOPES || scopes.some((scope) => scope.length > MAX_SCOPE)) return { why: 'it has more scopes, or longer ones, than an answer keeps' };
  const drop = scopes.filter(isDropped);
  return drop.length === 0 ? { why: 'it has none of the scopes that are to go' } : { kind: 'narrow', keep: scopes.filter((scope) => !isDropped(scope)), drop };
}

/** Issuers cut instants to seconds. */
export function wholeSecond(at: Date): Date {
  return new Date(Math.floor(at.getTime() / 1000) * 1000);
}
