import { foldMatches } from '../detect/index.ts';
import type { FingerprintKey } from '../lib/fingerprint.ts';
import { pathOf, type Credential, type Occurrence, type Rule, type SourceOptions } from '../model/index.ts';
import { scanUnit } from '../scan-worker.ts';

const WHOLE: SourceOptions = { mode: 'tree', includeIgnored: true, archives: false, binaries: true, ignore: [] };

/**
 * Finds a planned credential in bytes read again from one of its occurrences: the engine runs over them, and what it
 * finds is compared by fingerprint. Undefined when the secret is no longer there.
 */
export async function findAgain(bytes: Uint8Array, occurrence: Occurrence, fingerprint: string, rules: readonly Rule[], key: FingerprintKey): Promise<Credential | undefined> {
  const { matches, secrets } = await scanUnit({ unit: { kind: 'bytes', origin: occurrence.origin, bytes }, options: WHOLE });
  const origin = { shown: occurrence.origin, path: pathOf(occurrence.origin) };
  const credentials = foldMatches(matches.map((raw) => ({ raw, secrets, origins: [origin] })), new Map(rules.map((rule) => [rule.id, rule])), key);
  return credentials.find((credential) => credential.fingerprint === fingerprint);
}
