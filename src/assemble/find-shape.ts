import { foldMatches } from '../detect/index.ts';
import type { FingerprintKey } from '../lib/fingerprint.ts';
import { pathOf, WardenError, type Location, type SourceOptions } from '../model/index.ts';
import type { Catalogue } from '../rules/catalogue.ts';
import { ruleLookup } from '../rules/stored-catalogue.ts';
import { scanUnit } from '../scan-worker.ts';
import { homeOf, readOccurrence } from '../sources/index.ts';

export interface WantedShape {
  readonly fingerprint: string;
  /** Rule id. */
  readonly rule: string;
  readonly locations: readonly Location[];
  /** Absolute path of the target in which it was found. */
  readonly target: string;
  readonly catalogue: Catalogue;
  readonly fingerprintKey: FingerprintKey;
}

/** Places that are tried. */
const MAX_PLACES = 10;
const AS_IT_IS: SourceOptions = { mode: 'tree', includeIgnored: false, archives: false, binaries: true, ignore: [] };

/** The shape (`Secret.shape`) of a secret that was found before, read again where it lay; undefined if it is not there any more. */
export async function findShape({ fingerprint, rule: id, locations, target, catalogue, fingerprintKey }: WantedShape): Promise<string | undefined> {
  const rules = ruleLookup(catalogue);
  const rule = rules.get(id);
  if (rule === undefined) return undefined;
  for (const { origin } of locations.slice(0, MAX_PLACES)) {
    try {
      const bytes = await readOccurrence({ target: homeOf(target).root, origin, startLine: 1 });
      const { matches, secrets } = await scanUnit({ unit: { kind: 'bytes', origin, bytes }, options: AS_IT_IS }, catalogue.changes);
      const inputs = matches.map((raw) => ({ raw, secrets, origins: [{ shown: origin, path: pathOf(origin) }] }));
      const found = foldMatches(inputs, rules, fingerprintKey).find((credential) => credential.fingerprint === fingerprint);
      if (found !== undefined) return found.secret.shape(rule.publicPrefix);
    } catch (error) {
      if (!(error instanceof WardenError)) throw error;
    }
  }
  return undefined;
}

/**
 * Refuses a text that is about to be written where many read it, if a secret stands in it, also one of the kinds that `catalogue` adds.
 * Throws `WAIVER_HOLDS_SECRET`.
 */
export async function refuseSecrets(texts: readonly (string | undefined)[], catalogue?: Catalogue): Promise<void> {
  const text = texts.filter((one) => one !== undefined).join('\n\n');
  const { matches } = await scanUnit({ unit: { kind: 'bytes', origin: { kind: 'stdin' }, bytes: new TextEncoder().encode(text) }, options: AS_IT_IS }, catalogue?.changes);
  if (matches.length === 0) return;
  throw new WardenError('WAIVER_HOLDS_SECRET', 'what would be written down (a reason, a name) looks like a secret', { hint: 'say it in words; where it is written, many read it' });
}
