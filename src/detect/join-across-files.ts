import { pathOf, type Companion, type Match } from '../model/index.ts';

/**
 * Joins the parts of multi-part credentials that lie in several files of one folder: a match that still lacks a
 * companion takes it from its folder, if there is exactly one to take. `parts` are matches of companion-only rules;
 * with more than one distinct value nobody can say which belongs to which, and the match stays as it is.
 */
export function joinAcrossFiles(matches: readonly Match[], parts: readonly Match[]): readonly Match[] {
  if (parts.length === 0) return matches;
  const byFolder = new Map<string, Map<string, Match>>();
  for (const part of parts) {
    const key = `${part.rule.id}\n${folderOf(part)}`;
    const values = byFolder.get(key);
    if (values === undefined) byFolder.set(key, new Map([[part.secret.fingerprint, part]]));
    else values.set(part.secret.fingerprint, part);
  }
  return matches.map((match) => complete(match, byFolder));
}

function complete(match: Match, byFolder: ReadonlyMap<string, ReadonlyMap<string, Match>>): Match {
  const missing = match.rule.companions.filter(({ name }) => !match.companions.some((companion) => companion.name === name));
  if (missing.length === 0) return match;
  const found = missing.flatMap(({ name, rule }): Companion[] => {
    const values = byFolder.get(`${rule}\n${folderOf(match)}`);
    const [only] = values?.values() ?? [];
    return values?.size === 1 && only !== undefined ? [{ name, secret: only.secret, location: only.location }] : [];
  });
  if (found.length === 0) return match;
  const companions = [...match.companions, ...found];
  const whole = match.rule.companions.every(({ name, required }) => !required || companions.some((companion) => companion.name === name));
  return { ...match, companions, ...(whole ? { confidence: match.rule.confidence } : {}), features: { ...match.features, companion: 'in another file of the folder' } };
}

/** The folder of a match, apart for each kind of origin: what lies in history does not join what lies in the tree. */
function folderOf({ location: { origin } }: Match): string {
  const path = pathOf(origin);
  return `${origin.kind} ${path.slice(0, path.lastIndexOf('/') + 1)}`;
}
