import { fingerprintOf, type FingerprintKey } from '../lib/fingerprint.ts';
import { Secret, type CoverageEvent, type Credential, type Introspection, type ListedToken, type ListEnd, type Rule } from '../model/index.ts';

/** A credential and what its issuer said of it. */
export interface Answered {
  readonly credential: Credential;
  readonly introspection: Introspection;
}

export interface ListedOptions {
  readonly store: string;
  readonly host: string;
  readonly method: string;
  readonly rules: Pick<ReadonlyMap<string, Rule>, 'get'>;
  readonly fingerprintKey: FingerprintKey;
  readonly now: () => Date;
  readonly note: (event: CoverageEvent) => void;
  readonly onProgress: (tokens: number) => void;
}

/**
 * What a store lists, as credentials whose secret nobody has: the issuer's id stands for it. A list that broke off is a
 * gap; kinds that the catalogue does not know are one, too, so that none is lost in silence.
 */
export async function readListed(tokens: AsyncGenerator<ListedToken, ListEnd>, options: ListedOptions): Promise<readonly Answered[]> {
  const { store, note } = options;
  const found: Answered[] = [];
  const seen = new Set<string>();
  let nameless = 0;
  for (;;) {
    const next = await tokens.next();
    if (next.done === true) {
      const { value } = next;
      note({ type: 'planned', counts: { tokens: found.length } });
      note({ type: 'scanned', counts: { tokens: found.length } });
      if (nameless > 0) note({ type: 'skipped', skip: { what: `issuer:${store}`, reason: 'listing-incomplete', detail: 'tokens of kinds that no rule describes', count: nameless } });
      if (!value.complete) note({ type: 'skipped', skip: { what: `issuer:${store}`, reason: 'listing-incomplete', detail: `${value.why}: ${value.detail}` } });
      return found;
    }
    // Where a token is made or deleted meanwhile, the end of one page is the beginning of the next.
    const key = `${next.value.rule} ${next.value.tokenId}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const rule = options.rules.get(next.value.rule);
    if (rule === undefined) nameless += 1;
    else found.push(answered(next.value, rule, options));
    options.onProgress(found.length);
  }
}

function answered(token: ListedToken, rule: Rule, { store, host, method, fingerprintKey, now }: ListedOptions): Answered {
  const { tokenId, status } = token;
  const fingerprint = fingerprintOf(fingerprintKey, 'listed', store, tokenId);
  const credential: Credential = {
    fingerprint,
    rule,
    issuer: rule.issuer,
    secret: new Secret(`${store}/${tokenId}`, fingerprint, token.facts.name ?? tokenId),
    companions: [],
    confidence: 'high',
    entropyBits: 0,
    features: {},
    hosts: [],
    occurrences: [{ origin: { kind: 'issuer', store, tokenId }, region: { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 }, role: 'text' }],
  };
  const asked = { at: now(), method, store, host };
  if (status === 'active') return { credential, introspection: { status, facts: { ...token.facts, tokenId }, ...asked } };
  if (status === 'inactive') return { credential, introspection: { status, reason: 'its issuer lists it as no longer active', ...asked } };
  return { credential, introspection: { status, why: 'ambiguous', detail: 'its issuer lists it without saying whether it is active', ...asked } };
}

/** Without those that were found in what was scanned: there, they have places, and the issuer said more of them. */
export function withoutFound(listed: readonly Answered[], found: Iterable<Introspection>): readonly Answered[] {
  const known = new Set([...found].flatMap((one) => (one.status === 'active' && one.facts.tokenId !== undefined ? [`${one.store ?? ''}\n${one.facts.tokenId}`] : [])));
  return listed.filter(({ credential }) => credential.occurrences.every(({ origin }) => origin.kind !== 'issuer' || !known.has(`${origin.store}\n${origin.tokenId}`)));
}
