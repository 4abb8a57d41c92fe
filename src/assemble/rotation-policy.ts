import { relative } from 'node:path';
import { parseDuration } from '../lib/duration.ts';
import type { ConsumerPlace, Credential, Introspection, Location, RotationDoor, Rule } from '../model/index.ts';
import { judgeAll, type Policy } from '../policy/judge/index.ts';
import type { MaxLifetime } from '../policy/max-lifetime.ts';

/** Checks that say how much a credential may do and how long it may live, whoever holds it. */
const LIMITS: ReadonlySet<string> = new Set(['over-scoped', 'max-lifetime', 'no-expiry']);

/** What `policy:` says of replacements. `cwd`: the folder that paths of policy count from. */
export function rotationPolicy(policy: Policy, rule: Rule, now: () => Date, cwd: string): RotationDoor['policy'] {
  const limits: Policy = { ...policy, entries: policy.entries.filter(({ check }) => LIMITS.has(check.id)) };
  const params = limits.entries.find(({ check }) => check.id === 'max-lifetime')?.params as MaxLifetime | undefined;
  const judged = (credential: Credential, introspection: Introspection, places: readonly ConsumerPlace[]): ReturnType<typeof judgeAll> => judgeAll({ credential: { ...credential, occurrences: places.map((place) => locationOf(place, cwd)) }, introspection }, limits, now());
  return {
    ...(params === undefined ? {} : { maxLifetimeMs: parseDuration(params[rule.lifetime === 'temporary' ? 'temporary' : 'persistent']) }),
    allowed: (scopes, credential, places) => scopes.filter((scope) => !judged(credential, { status: 'active', facts: { scopes: [scope] }, at: now(), method: '' }, places).some(({ check, verdict }) => check === 'over-scoped' && verdict.status === 'violation')),
    doubts: (credential, answer, places) =>
      judged(credential, answer, places).flatMap(({ check, verdict }) => {
        if (verdict.status === 'violation') return [{ about: check, detail: verdict.evidence }];
        return verdict.status === 'undetermined' ? [{ about: check, detail: verdict.why }] : [];
      }),
  };
}

/** Where a consumer's users have it from, in the words of policy: a file by its path, everything else by type and place. */
function locationOf({ type, at }: ConsumerPlace, cwd: string): Location {
  const path = type === 'file' ? relative(cwd, at['path'] ?? '') : [type, ...Object.values(at)].join('/');
  return { origin: { kind: 'file', path }, region: { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 }, role: 'assignment' };
}
