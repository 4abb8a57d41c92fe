import { isOwnQuestion } from '../lib/own-use.ts';
import { exposedSince } from '../policy/index.ts';
import type { Credential, Introspection, ListEnd, TokenUse } from '../model/index.ts';
import { answerKey, type SurroundingsOf } from './findings.ts';

/** More are not needed to say that a leak was used. */
const MAX_USES = 100;

export interface UsesOptions {
  /** Undefined: the store's issuer has no log that we may read, which says nothing. */
  readonly uses: (store: string, tokenId: string, since: Date) => AsyncGenerator<TokenUse, ListEnd> | undefined;
  readonly surroundings: SurroundingsOf | undefined;
  readonly ids: readonly string[];
  readonly now: Date;
}

/**
 * The answers, with what the issuers' audit logs hold of living tokens that were found, since they could first be read. A log
 * that was read in part says so: what is missing is not "no use". Our own questions are left out.
 */
export async function withUses(credentials: readonly Credential[], answers: ReadonlyMap<string, Introspection>, options: UsesOptions): Promise<ReadonlyMap<string, Introspection>> {
  const told = new Map(answers);
  for (const [index, credential] of credentials.entries()) {
    const introspection = answers.get(answerKey(credential));
    if (introspection?.status !== 'active' || introspection.facts.tokenId === undefined || introspection.store === undefined) continue;
    if (credential.occurrences.every(({ origin }) => origin.kind === 'issuer')) continue;
    const surroundings = options.surroundings?.({ id: options.ids[index] ?? '', credential, introspection });
    const since = exposedSince({ credential, introspection, ...(surroundings === undefined ? {} : { surroundings }) }, options.now);
    const log = since === undefined ? undefined : options.uses(introspection.store, introspection.facts.tokenId, since.at);
    if (log === undefined) continue;
    const { uses, partial } = await read(log);
    const asked = [introspection.at, ...(surroundings?.earlierUse === undefined ? [] : [surroundings.earlierUse.askedAt])];
    const others = uses.filter(({ at }) => !isOwnQuestion(at, asked));
    if (others.length === 0 && partial !== undefined) continue;
    told.set(answerKey(credential), { ...introspection, facts: { ...introspection.facts, uses: others, ...(partial === undefined ? {} : { usesPartial: partial }) } });
  }
  return told;
}

async function read(log: AsyncGenerator<TokenUse, ListEnd>): Promise<{ readonly uses: readonly TokenUse[]; readonly partial?: string }> {
  const uses: TokenUse[] = [];
  for (;;) {
    const next = await log.next();
    if (next.done === true) return next.value.complete ? { uses } : { uses, partial: next.value.detail };
    uses.push(next.value);
    if (uses.length < MAX_USES) continue;
    await log.return({ complete: false, why: 'too-large', detail: '' });
    return { uses, partial: `only the newest ${MAX_USES} were read` };
  }
}
