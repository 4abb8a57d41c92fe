import { fingerprintOf, type FingerprintKey } from '../lib/fingerprint.ts';
import { joinAcrossFiles } from './join-across-files.ts';
import { tryCommonKeys } from './try-common-keys.ts';
import { pathOf, reporterOf, Secret, type Companion, type Confidence, type Credential, type Location, type Match, type Origin, type RawMatch, type Rule } from '../model/index.ts';

/** A worker's match with the origins it really has, as its source resolved them. */
export interface FoldInput {
  readonly raw: RawMatch;
  readonly origins: readonly KnownOrigin[];
  /** The output's plaintext, which `raw.secret` slices. */
  readonly secrets: Uint8Array;
}

/** An origin as it is shown, and its path within its own target, which identity may rest on. */
export interface KnownOrigin {
  readonly shown: Origin;
  readonly path: string;
}

/** Rules by their id. */
type RuleLookup = Pick<ReadonlyMap<string, Rule>, 'get'>;

/** Under a public key, values that could be guessed from their hash: fewer bits than this, or a password below the second. */
const GUESSABLE_BITS = 72;
const GUESSABLE_PASSWORD_BITS = 128;

/**
 * Folds matches into credentials: one for each distinct secret, with all of its occurrences, under the rule that
 * knows most of it. Deterministic in any order of input.
 */
export function foldMatches(inputs: readonly FoldInput[], rules: RuleLookup, key: FingerprintKey): readonly Credential[] {
  const tokens = new Map<string, string>();
  const all = inputs.flatMap((input) => toMatches(input, rules, key, tokens));
  const isPart = (match: Match): boolean => match.rule.companionOnly;
  const folded = new Map<string, Match[]>();
  for (const match of joinAcrossFiles(all.filter((match) => !isPart(match)), all.filter(isPart))) {
    const list = folded.get(match.secret.fingerprint);
    if (list === undefined) folded.set(match.secret.fingerprint, [match]);
    else list.push(match);
  }
  const credentials = [...folded.values()].map(toCredential).sort((a, b) => compare(a.rule.id, b.rule.id) || compare(a.fingerprint, b.fingerprint));
  return tryCommonKeys(credentials, tokens);
}

function toMatches({ raw, origins, secrets }: FoldInput, rules: RuleLookup, key: FingerprintKey, tokens: Map<string, string>): readonly Match[] {
  const rule = rules.get(raw.ruleId);
  if (rule === undefined) throw new Error(`a worker matched the rule ${raw.ruleId}, which the main thread does not know`);
  const text = (at: { readonly offset: number; readonly length: number }): string => Buffer.from(secrets.buffer, secrets.byteOffset + at.offset, at.length).toString('utf8');
  const value = text(raw.secret);
  const companions = raw.companions.map((part): Companion => {
    const partValue = text(part.secret);
    return { name: part.name, secret: new Secret(partValue, fingerprintOf(key, 'companion', partValue), mask('', partValue)) };
  });
  return origins.map(({ shown: origin, path }) => {
    const fingerprint = isGuessable(raw, rule, key) ? fingerprintOf(key, 'place', rule.id, path, raw.contextHash) : fingerprintOf(key, 'value', value);
    if (raw.facts?.algorithm !== undefined) tokens.set(fingerprint, value);
    return {
      rule,
      secret: new Secret(value, fingerprint, mask(rule.publicPrefix, value)),
      location: { origin, region: raw.region, role: raw.role, ...(raw.plainHosts === undefined ? {} : { plainHosts: raw.plainHosts }) },
      companions,
      confidence: raw.confidence,
      ...(raw.facts === undefined ? {} : { facts: raw.facts }),
      entropyBits: raw.entropyBits,
      features: raw.features,
      hosts: raw.hosts,
    };
  });
}

function isGuessable(raw: RawMatch, rule: Rule, key: FingerprintKey): boolean {
  if (key.secrecy === 'secret') return false;
  return raw.entropyBits < GUESSABLE_BITS || (rule.tokenType === 'password' && raw.entropyBits < GUESSABLE_PASSWORD_BITS);
}

/** The constant head of the kind and eight stars: neither the value's length nor a part of its body shows. */
function mask(publicPrefix: string, value: string): string {
  const head = value.startsWith(publicPrefix) ? publicPrefix : '';
  const known = MASKS.get(head) ?? `${head}********`;
  MASKS.set(head, known);
  return known;
}

/** As many as kinds have constant heads. */
const MASKS = new Map<string, string>();

const CONFIDENCES: readonly Confidence[] = ['high', 'medium', 'low'];

function toCredential(matches: readonly Match[]): Credential {
  const [best] = [...matches].sort(byKnowledge) as [Match];
  const hosts = [...new Set(matches.flatMap((match) => match.hosts))].sort();
  return {
    fingerprint: best.secret.fingerprint,
    rule: best.rule,
    issuer: best.rule.issuer,
    secret: best.secret,
    companions: best.companions,
    confidence: best.confidence,
    ...(best.facts === undefined ? {} : { facts: best.facts }),
    entropyBits: best.entropyBits,
    features: best.features,
    hosts,
    occurrences: distinct(matches.map((match) => match.location)),
  };
}

/** The match that says most comes first: rule priority, confidence, companions; then whatever is stable. */
function byKnowledge(a: Match, b: Match): number {
  return (
    b.rule.priority - a.rule.priority ||
    CONFIDENCES.indexOf(a.confidence) - CONFIDENCES.indexOf(b.confidence) ||
    b.companions.length - a.companions.length ||
    Object.keys(b.facts ?? {}).length - Object.keys(a.facts ?? {}).length ||
    compare(a.rule.id, b.rule.id) ||
    compare(keyOf(a.location), keyOf(b.location))
  );
}

function distinct(locations: readonly Location[]): readonly Location[] {
  const seen = new Map<string, Location>();
  // What our own scan saw stands for what a report tells of the same place.
  for (const location of locations) if (reporterOf(location.origin) === undefined || !seen.has(keyOf(location))) seen.set(keyOf(location), location);
  return [...seen.entries()].sort(([a], [b]) => compare(a, b)).map(([, location]) => location);
}

const ORIGIN_ORDER: Readonly<Record<Origin['kind'], number>> = { file: 0, staged: 1, commit: 2, message: 3, member: 4, log: 5, url: 6, stdin: 7, issuer: 8 };

function keyOf({ origin, region }: Location): string {
  const number = (value: number): string => String(value).padStart(12, '0');
  const commit = origin.kind === 'commit' ? `${origin.committedAt ?? ''}${origin.commit ?? ''}${origin.blob}` : '';
  return [ORIGIN_ORDER[origin.kind], pathOf(origin), number(region.startLine), number(region.startColumn), number(region.endLine), number(region.endColumn), commit].join('\n');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
