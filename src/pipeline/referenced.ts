import { fingerprintOf, type FingerprintKey } from '../lib/fingerprint.ts';
import { Secret, type Credential, type Introspection, type Location, type Occurrence, type Origin, type Rule, type WorkflowSecret } from '../model/index.ts';
import { cloudKeyNamed } from '../policy/index.ts';
import type { Answered } from './listed.ts';
import { prefixed } from './prefix-origin.ts';

/** Secrets that the workflows of one target take by name. */
export interface TakenSecrets {
  readonly root: string;
  /** Before each of its paths in reports. */
  readonly prefix: string;
  readonly secrets: readonly WorkflowSecret[];
}

export interface ReferencedOptions {
  readonly rules: Pick<ReadonlyMap<string, Rule>, 'get'>;
  readonly fingerprintKey: FingerprintKey;
  readonly now: Date;
  /** Told where each place can be read again. */
  readonly readAgain: Map<Origin, Occurrence>;
}

/** Keys of clouds that workflows take from secrets, as credentials of which nothing but their names is known. The parts of a key are one. */
export function readReferenced(taken: readonly TakenSecrets[], { rules, fingerprintKey, now, readAgain }: ReferencedOptions): readonly Answered[] {
  const keys = new Map<string, { readonly rule: Rule; readonly key: string; readonly names: Set<string>; readonly occurrences: Location[] }>();
  for (const { root, prefix, secrets } of taken) {
    for (const { name, path, line } of secrets) {
      const named = cloudKeyNamed(name);
      const rule = named === undefined ? undefined : rules.get(named.rule);
      if (named === undefined || rule === undefined) continue;
      const known = keys.get(`${rule.id} ${named.key}`) ?? { rule, key: named.key, names: new Set<string>(), occurrences: [] };
      keys.set(`${rule.id} ${named.key}`, known);
      known.names.add(name);
      const origin: Origin = { kind: 'file', path };
      const shown = { ...prefixed(origin, prefix) };
      readAgain.set(shown, { target: root, origin, startLine: line });
      known.occurrences.push({ origin: shown, region: { startLine: line, startColumn: 1, endLine: line, endColumn: 1 }, role: 'text' });
    }
  }
  return [...keys.values()].map(({ rule, key, names, occurrences }) => {
    const fingerprint = fingerprintOf(fingerprintKey, 'referenced', rule.id, key);
    const all = [...names].sort();
    const credential: Credential = {
      fingerprint,
      rule,
      issuer: rule.issuer,
      secret: new Secret(key, fingerprint, all.map((name) => `secrets.${name}`).join(', ')),
      reference: { names: all },
      companions: [],
      confidence: 'medium',
      entropyBits: 0,
      features: { 'known by': 'the name of a secret that a workflow takes' },
      hosts: [],
      occurrences,
    };
    const introspection: Introspection = { status: 'notAttempted', why: 'name-only', detail: 'a workflow takes it from a secret of the CI system', at: now, method: 'none' };
    return { credential, introspection };
  });
}
