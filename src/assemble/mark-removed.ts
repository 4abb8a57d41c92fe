import { foldMatches } from '../detect/index.ts';
import type { FingerprintKey } from '../lib/fingerprint.ts';
import { pathOf, type Finding, type Origin, type Repository, type SourceOptions } from '../model/index.ts';
import type { Catalogue } from '../rules/catalogue.ts';
import { ruleLookup } from '../rules/stored-catalogue.ts';
import { scanUnit } from '../scan-worker.ts';
import { blobsAt, existsAt, fileAt } from '../sources/index.ts';

export interface RemovedSetup {
  readonly repository: Repository;
  /** The commit at the end of the range, full name. */
  readonly head: string;
  readonly catalogue: Catalogue;
  readonly fingerprintKey: FingerprintKey;
  readonly environment: NonNullable<SourceOptions['environment']>;
}

/** A file beyond it is not read again; what it holds counts as still there. */
const MAX_BYTES = 32 << 20;

const AS_IT_IS: SourceOptions = { mode: 'tree', includeIgnored: false, archives: true, binaries: true, ignore: [] };

/**
 * Marks the findings of a range that the tree at its end no longer holds, in none of the files where the range added them. Commit
 * messages cannot lose anything, and what cannot be read again counts as still there.
 */
export function removedMarker({ repository, head, catalogue, fingerprintKey, environment }: RemovedSetup): (findings: readonly Finding[]) => Promise<readonly Finding[]> {
  const rules = ruleLookup(catalogue);
  const known = new Map<string, Promise<ReadonlySet<string> | 'unreadable'>>();
  const read = async (path: string): Promise<ReadonlySet<string> | 'unreadable'> => {
    const bytes = await fileAt(repository, head, path, MAX_BYTES, environment);
    if (bytes === undefined) return (await existsAt(repository, head, path, environment)) ? 'unreadable' : new Set();
    const origin: Origin = { kind: 'file', path };
    const { matches, secrets } = await scanUnit({ unit: { kind: 'bytes', origin, bytes }, options: AS_IT_IS }, catalogue.changes);
    return new Set(foldMatches(matches.map((raw) => ({ raw, secrets, origins: [{ shown: origin, path }] })), rules, fingerprintKey).map(({ fingerprint, rule }) => `${fingerprint} ${rule.id}`));
  };
  const holds = async (finding: Finding, now: ReadonlyMap<string, string>): Promise<boolean> => {
    for (const { origin } of finding.credential.occurrences) {
      const stored = outermost(origin);
      if (stored.kind !== 'commit') return true;
      const path = pathOf(stored);
      if (now.get(path) === stored.blob) return true;
      const there = await (known.get(path) ?? known.set(path, read(path)).get(path));
      if (there === undefined || there === 'unreadable' || there.has(`${finding.credential.fingerprint} ${finding.credential.rule.id}`)) return true;
    }
    return false;
  };
  return async (findings) => {
    const marked: Finding[] = [];
    const paths = new Set(findings.flatMap(({ credential }) => credential.occurrences.flatMap(({ origin }) => (outermost(origin).kind === 'commit' ? [pathOf(outermost(origin))] : []))));
    // Most files are at the end as the range brought them in: then nothing is read again.
    const now = await blobsAt(repository, head, [...paths], environment);
    for (const finding of findings) marked.push((await holds(finding, now)) ? finding : { ...finding, removed: true });
    return marked;
  };
}

function outermost(origin: Origin): Origin {
  return origin.kind === 'member' ? outermost(origin.archive) : origin;
}
