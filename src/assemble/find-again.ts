import { foldMatches, type FoldInput } from '../detect/index.ts';
import { fingerprintOf, type FingerprintKey } from '../lib/fingerprint.ts';
import { pathOf, Secret, type Action, type Credential, type Occurrence, type Rule, type SourceOptions } from '../model/index.ts';
import type { Catalogue } from '../rules/catalogue.ts';
import { ruleLookup } from '../rules/stored-catalogue.ts';
import { scanUnit } from '../scan-worker.ts';
import { readOccurrence } from '../sources/index.ts';

export interface FindAgainOptions {
  readonly catalogue: Catalogue;
  readonly fingerprintKey: FingerprintKey;
  /** What the user gave on standard input. */
  readonly given?: Uint8Array;
  /** See `SourceOptions.environment`. */
  readonly environment?: SourceOptions['environment'];
}

/** The part of `ApplyDeps` that reads secrets again. */
export interface FindAgain {
  readonly given?: Uint8Array;
  readonly readAgain: (occurrence: Occurrence, action: Pick<Action, 'readAgain'>) => Promise<Uint8Array>;
  readonly findSecret: (bytes: Uint8Array, fingerprint: string, rule: string) => Promise<Credential | undefined>;
}

const AS_IT_IS: SourceOptions = { mode: 'tree', includeIgnored: false, archives: false, binaries: true, ignore: [] };

/**
 * Reads a plan's places again and finds the secret in them by its fingerprint, with the same engine that found it first. Once one
 * place holds it, the plan's others are read too: what stands beside it there (hosts, companions) may decide which
 * store it belongs to.
 */
export function findAgain({ catalogue, fingerprintKey, given, environment }: FindAgainOptions): FindAgain {
  const rules = ruleLookup(catalogue);
  const places = new WeakMap<Uint8Array, { readonly occurrence: Occurrence; readonly action: Pick<Action, 'readAgain'> }>();

  const inputsIn = async (bytes: Uint8Array, { origin }: Occurrence): Promise<readonly FoldInput[]> => {
    const { matches, secrets } = await scanUnit({ unit: { kind: 'bytes', origin, bytes }, options: AS_IT_IS }, catalogue.changes);
    return matches.map((raw) => ({ raw, secrets, origins: [{ shown: origin, path: pathOf(origin) }] }));
  };
  const inputsElsewhere = async (action: Pick<Action, 'readAgain'>, found: Occurrence): Promise<readonly FoldInput[]> => {
    const others = action.readAgain.filter((occurrence) => occurrence !== found);
    const read = others.map(async (occurrence) => inputsIn(await readOccurrence(occurrence, environment), occurrence).catch(() => []));
    return (await Promise.allSettled(read)).flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
  };
  const pick = (inputs: readonly FoldInput[], fingerprint: string): Credential | undefined => foldMatches(inputs, rules, fingerprintKey).find((credential) => credential.fingerprint === fingerprint);

  return {
    ...(given === undefined ? {} : { given }),
    async readAgain(occurrence, action) {
      const bytes = await readOccurrence(occurrence, environment);
      places.set(bytes, { occurrence, action });
      return bytes;
    },
    async findSecret(bytes, fingerprint, ruleId) {
      const rule = rules.get(ruleId);
      if (rule === undefined) return undefined;
      const place = places.get(bytes);
      if (place === undefined) return givenCredential(bytes, fingerprint, rule, fingerprintKey);
      const here = await inputsIn(bytes, place.occurrence);
      if (pick(here, fingerprint) === undefined) return undefined;
      const found = pick([...here, ...(await inputsElsewhere(place.action, place.occurrence))], fingerprint);
      // The plan's rule is the one that knew most of the secret over all its places, some of which may be gone.
      return found === undefined ? undefined : { ...found, rule, issuer: rule.issuer };
    },
  };
}

/** What was piped in, with or without a line end, if it is the planned secret. */
function givenCredential(bytes: Uint8Array, fingerprint: string, rule: Rule, key: FingerprintKey): Credential | undefined {
  const value = Buffer.from(bytes).toString('utf8').replace(/\r?\n$/, '');
  if (value === '' || fingerprintOf(key, 'value', value) !== fingerprint) return undefined;
  return {
    fingerprint,
    rule,
    issuer: rule.issuer,
    secret: new Secret(value, fingerprint, `${value.startsWith(rule.publicPrefix) ? rule.publicPrefix : ''}********`),
    companions: [],
    confidence: rule.confidence,
    entropyBits: 0,
    features: {},
    hosts: [],
    occurrences: [],
  };
}
