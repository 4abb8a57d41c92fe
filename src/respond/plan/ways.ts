import type { Finding } from '../../model/index.ts';
import { allowanceOf, endOf, endsSooner, scopesWithout, wholeSecond } from './limits.ts';
import type { WantedLimit } from './limits.ts';
import type { PlanInput, Revocable } from './make.ts';

/** What a person chose for an active token. */
export type Choice =
  | { readonly kind: 'revoke' | 'deactivate' | 'rotate' }
  | { readonly kind: 'shorten'; readonly until: Date }
  | { readonly kind: 'shorten'; readonly afterMs: number }
  | { readonly kind: 'narrow'; /** Nothing is ever added. */ readonly keep: readonly string[] };

/** What a machine does, and which violations that answers. */
export interface Way {
  readonly how: Revocable;
  readonly answers: 'all' | readonly string[];
  readonly limit?: WantedLimit;
  /** More reasons, for people. */
  readonly notes?: readonly string[];
}

/** What no machine may do, and why. */
export interface Refusal {
  readonly verb: string;
  readonly why: string;
}

export interface Violation {
  readonly check: string;
  readonly evidence: string;
  readonly remedy: string;
}

/** The ways in which a machine answers a finding; empty where only people do. */
export function waysFor(finding: Finding, broken: readonly Violation[], input: PlanInput): readonly (Way | Refusal)[] {
  const { introspection } = finding;
  if (introspection.status !== 'active') return [];
  const revokeFor = new Set(input.revokeFor ?? ['leaked']);
  const isLost = broken.some(({ check }) => revokeFor.has(check));
  const chosen = input.choose?.(finding);
  if (chosen !== undefined) return [chosenWay(chosen, finding, isLost, input)];
  if (isLost) {
    const how = input.revocable(finding);
    return 'manual' in how ? [{ verb: 'revoke', why: how.manual }] : [{ how, answers: 'all' }];
  }
  return input.limitable === undefined ? [] : wantedLimits(finding, broken, input);
}

/** The life first: with fewer scopes the token would no longer be as planned. */
function wantedLimits({ verdicts, introspection, ...rest }: Finding, broken: readonly Violation[], input: PlanInput): readonly (Way | Refusal)[] {
  const finding = { ...rest, verdicts, introspection };
  const facts = introspection.status === 'active' ? introspection.facts : {};
  const { drop, lifetimeMs } = allowanceOf(verdicts);
  const ways: (Way | Refusal)[] = [];
  if (lifetimeMs !== undefined) ways.push(limitedWay(endOf(facts, lifetimeMs, input.now), 'shorten', ['max-lifetime', 'no-expiry'], finding, input));
  else if (broken.some(({ check }) => check === 'no-expiry')) ways.push({ verb: 'shorten', why: 'policy says no lifetime for it (max-lifetime), and nobody chose an end (--action shorten --until)' });
  if (drop !== undefined) ways.push(limitedWay(scopesWithout(facts.scopes, (scope) => drop.includes(scope)), 'narrow', ['over-scoped'], finding, input));
  return ways;
}

function limitedWay(limit: WantedLimit | { readonly why: string }, verb: 'shorten' | 'narrow', answers: Way['answers'], finding: Finding, input: PlanInput, more: readonly string[] = []): Way | Refusal {
  if ('why' in limit) return { verb, why: limit.why };
  const how = input.limitable?.(finding, limit) ?? { manual: 'nobody was asked how' };
  if ('manual' in how) return { verb, why: how.manual };
  return { how: { ...how, kind: verb }, answers, limit, notes: [...(limit.note === undefined ? [] : [limit.note]), ...more] };
}

function chosenWay(chosen: Choice, finding: Finding, isLost: boolean, input: PlanInput): Way | Refusal {
  const notes = [`whoever planned chose to ${chosen.kind} it`];
  const facts = finding.introspection.status === 'active' ? finding.introspection.facts : {};
  const lives = isLost ? [...notes, 'it is lost, and goes on living all the same: whoever has a copy can use it'] : notes;
  switch (chosen.kind) {
    case 'shorten': {
      const until = wholeSecond('afterMs' in chosen ? new Date(input.now.getTime() + chosen.afterMs) : chosen.until);
      const why = until <= input.now ? 'the chosen end is past: that is a revocation' : endsSooner(facts.exp, until, input.now);
      return limitedWay(why === undefined ? { kind: 'shorten', until } : { why }, 'shorten', 'all', finding, input, lives);
    }
    case 'narrow':
      return limitedWay(chosen.keep.every((scope) => facts.scopes?.includes(scope) !== false) ? scopesWithout(facts.scopes, (scope) => !chosen.keep.includes(scope)) : { why: 'it does not have all of the scopes that it is to keep, and nothing is ever added' }, 'narrow', 'all', finding, input, lives);
    case 'rotate':
    case 'revoke':
    case 'deactivate': {
      const how = input.revocable(finding, chosen.kind);
      return 'manual' in how ? { verb: chosen.kind, why: how.manual } : { how, answers: 'all', notes };
    }
  }
}
