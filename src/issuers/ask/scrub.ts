import { encodedForms } from '../../lib/http/secret-forms.ts';
import type { ActiveFacts, Answer, Issued, ListedToken, Mutation, Replacement, TokenUse } from '../../model/index.ts';

const MAX_TEXT = 300;
const MAX_SCOPES = 500;
const MAX_USES = 100;
/** So many characters of a secret in a row betray it. */
const TELLING = 12;
/** So much of a token must remain unknown when its public part is shown. */
const UNTOLD = 16;
const WITHHELD = '(withheld: the issuer repeated the credential)';

/**
 * An answer as it may be kept: issuers (and whoever sits in their place) choose these strings, so one that repeats a
 * secret, a piece of it, or an encoding of it is withheld, and length is bounded. `publicId`: the part of the token that
 * its issuer documents as the token's id, which may stand as `tokenId`.
 */
export function scrubAnswer(answer: Answer, secrets: readonly string[], publicId?: string): Answer {
  const clean = cleaner(secrets);
  switch (answer.status) {
    case 'active': {
      const facts = scrubFacts(answer.facts, clean);
      const isPublic = publicId !== undefined && answer.facts.tokenId === publicId && secrets.every((secret) => !secret.includes(publicId) || secret.length - publicId.length >= UNTOLD);
      return { status: 'active', facts: isPublic ? { ...facts, tokenId: publicId } : facts };
    }
    case 'inactive':
      return { status: 'inactive', reason: clean(answer.reason) };
    case 'unknown':
    case 'notAttempted':
      return { ...answer, detail: clean(answer.detail) };
  }
}

export function scrubMutation(mutation: Mutation, secrets: readonly string[]): Mutation {
  return { ...mutation, detail: cleaner(secrets)(mutation.detail) };
}

/** What the issuer says beside a replacement: neither the old secret nor the new one stands in it. */
export function scrubReplacement(replacement: Replacement, secrets: readonly string[]): Replacement {
  if (replacement.status !== 'issued') return scrubMutation(replacement, secrets) as Replacement;
  return { ...replacement, facts: scrubFacts(replacement.facts, cleaner([...secrets, replacement.secret.reveal()])) };
}

/** The same of a credential that was issued; its handle is no part of it. */
export function scrubIssued(issued: Issued, secrets: readonly string[]): Issued {
  if (issued.status !== 'issued') return scrubMutation(issued, secrets) as Issued;
  const clean = cleaner([...secrets, ...issued.parts.filter(({ isSecret }) => isSecret).map(({ value }) => value.reveal())]);
  return { ...issued, ...(issued.handle === undefined ? {} : { handle: clean(issued.handle) }), facts: scrubFacts(issued.facts, clean) };
}

export function scrubListed(token: ListedToken, secrets: readonly string[]): ListedToken {
  const clean = cleaner(secrets);
  return { ...token, tokenId: clean(token.tokenId), facts: scrubFacts(token.facts, clean) };
}

export function scrubUse(use: TokenUse, secrets: readonly string[]): TokenUse {
  return cleanUse(use, cleaner(secrets));
}

function scrubFacts(facts: ActiveFacts, clean: (text: string) => string): ActiveFacts {
  const { sub, clientId, scopes, tokenId, name, owner, uses, usesPartial, notes, ...dates } = facts;
  return {
    ...dates,
    ...(sub === undefined ? {} : { sub: clean(sub) }),
    ...(clientId === undefined ? {} : { clientId: clean(clientId) }),
    ...(tokenId === undefined ? {} : { tokenId: clean(tokenId) }),
    ...(name === undefined ? {} : { name: clean(name) }),
    ...(owner === undefined ? {} : { owner: clean(owner) }),
    ...(usesPartial === undefined ? {} : { usesPartial: clean(usesPartial) }),
    ...(uses === undefined ? {} : { uses: uses.slice(0, MAX_USES).map((use) => cleanUse(use, clean)) }),
    ...(scopes === undefined ? {} : { scopes: scopes.slice(0, MAX_SCOPES).map(clean) }),
    ...(notes === undefined ? {} : { notes: Object.fromEntries(Object.entries(notes).map(([key, value]) => [key, clean(value)])) }),
  };
}

function cleanUse({ at, address, action, result }: TokenUse, clean: (text: string) => string): TokenUse {
  return { at, ...(address === undefined ? {} : { address: clean(address) }), ...(action === undefined ? {} : { action: clean(action) }), ...(result === undefined ? {} : { result }) };
}

function cleaner(secrets: readonly string[]): (text: string) => string {
  const known = secrets.filter((secret) => secret !== '').map((secret) => ({ secret, forms: encodedForms(secret) }));
  return (text) => {
    const telling = known.some(({ secret, forms }) => text === secret || (secret.length >= 6 && text.includes(secret)) || forms.some((form) => text.includes(form)) || repeatsPiece(text, secret));
    if (telling) return WITHHELD;
    return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
  };
}

function repeatsPiece(text: string, secret: string): boolean {
  for (let at = 0; at + TELLING <= text.length; at += 1) {
    if (secret.includes(text.slice(at, at + TELLING))) return true;
  }
  return false;
}
