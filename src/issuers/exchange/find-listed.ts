import type { AdminAsk, Ask, ListedToken, ListEnd } from '../../model/index.ts';

type List = (ask: AdminAsk) => AsyncGenerator<ListedToken, ListEnd>;

/**
 * The one token of a listing that this credential is, told by what the issuer shows of it. A listing that broke off, or two
 * that fit, tell nothing: the wrong token would be judged, or revoked. With `key`, a listing of our own credentials is read
 * once per store and run; one that the credential reads for itself must not be shared.
 */
export async function findListed(ask: Ask, list: List, fits: (token: ListedToken) => boolean, key?: string): Promise<ListedToken | undefined> {
  const make = (): Promise<Listing> => drain(list(ask));
  const { complete, tokens } = key === undefined || ask.remember === undefined ? await make() : await ask.remember(key, make, (value) => value.complete);
  const fitting = tokens.filter(fits);
  return complete && fitting.length === 1 && fitting[0] !== undefined ? withoutShown(fitting[0]) : undefined;
}

/** What the issuer shows of the token (`notes.shown`) told it apart; in the answer about the token itself it is a part of a secret. */
function withoutShown(token: ListedToken): ListedToken {
  const { notes, ...facts } = token.facts;
  const rest = Object.fromEntries(Object.entries(notes ?? {}).filter(([name]) => name !== 'shown'));
  return { ...token, facts: Object.keys(rest).length === 0 ? facts : { ...facts, notes: rest } };
}

interface Listing {
  readonly complete: boolean;
  readonly tokens: readonly ListedToken[];
}

async function drain(items: AsyncGenerator<ListedToken, ListEnd>): Promise<Listing> {
  const tokens: ListedToken[] = [];
  for (;;) {
    const next = await items.next();
    if (next.done === true) return { complete: next.value.complete, tokens };
    tokens.push(next.value);
  }
}
