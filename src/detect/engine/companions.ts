import type { Found } from './found.ts';

/**
 * Joins the parts of multi-part credentials of one blob: each match takes the nearest match of each companion rule
 * within its reach. A match whose required companion is missing has low confidence. Companion-only matches go on: other
 * files of the folder may want them (`join-across-files.ts`).
 */
export function joinCompanions(found: readonly Found[]): readonly Found[] {
  const byRule = new Map<string, Found[]>();
  for (const one of found) {
    const list = byRule.get(one.rule.id);
    if (list === undefined) byRule.set(one.rule.id, [one]);
    else list.push(one);
  }
  return found.map((one) => withCompanions(one, byRule));
}

function withCompanions(one: Found, byRule: ReadonlyMap<string, readonly Found[]>): Found {
  if (one.rule.companions.length === 0) return one;
  const companions: { name: string; found: Found }[] = [];
  let missing = false;
  for (const spec of one.rule.companions) {
    const nearest = nearestOf(one, byRule.get(spec.rule) ?? [], spec.withinBytes);
    if (nearest !== undefined) companions.push({ name: spec.name, found: nearest });
    else if (spec.required) missing = true;
  }
  return { ...one, companions, ...(missing ? { confidence: 'low' as const, features: { ...one.features, companion: 'missing' } } : {}) };
}

function nearestOf(one: Found, candidates: readonly Found[], within: number): Found | undefined {
  let best: Found | undefined;
  let bestDistance = within;
  for (const candidate of candidates) {
    const distance = candidate.end <= one.start ? one.start - candidate.end : candidate.start - one.end;
    if (distance >= 0 && distance <= bestDistance && (best === undefined || distance < bestDistance)) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}
