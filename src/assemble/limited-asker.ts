import type { Asker } from '../audit.ts';
import type { Credential, Introspection } from '../model/index.ts';

const RANK = { high: 0, medium: 1, low: 2 } as const;

/**
 * Asks about at most `max` credentials of those that somebody could be asked about, the surest first. The others stay unverified and
 * say why, so that a change of a thousand tokens costs no issuer a thousand questions.
 */
export function limitedAsker(asker: Asker, max: number, now: () => Date): Asker {
  const chosen = (credentials: readonly Credential[]): ReadonlySet<Credential> => {
    const askable = credentials.filter((credential) => asker.egress([credential]).length > 0);
    return new Set(askable.sort((a, b) => RANK[a.confidence] - RANK[b.confidence] || (a.fingerprint < b.fingerprint ? -1 : 1)).slice(0, max));
  };
  const left = (credentials: readonly Credential[]): { readonly asked: readonly Credential[]; readonly over: readonly Credential[] } => {
    const some = chosen(credentials);
    const over = credentials.filter((credential) => !some.has(credential) && asker.egress([credential]).length > 0);
    const beyond = new Set(over);
    return { asked: credentials.filter((credential) => !beyond.has(credential)), over };
  };
  return {
    ...asker,
    egress: (credentials) => asker.egress(left(credentials).asked),
    async verify(credentials, onProgress) {
      const { asked, over } = left(credentials);
      const answers = await asker.verify(asked, onProgress);
      const unasked: Introspection = { status: 'notAttempted', why: 'not-allowed', detail: `verify.max-per-pr lets a pull request ask about ${max} credentials`, at: now(), method: 'none' };
      return new Map([...answers, ...over.map((credential) => [`${credential.fingerprint}|${credential.rule.id}`, unasked] as const)]);
    },
  };
}
