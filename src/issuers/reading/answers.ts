import type { ActiveFacts, Answer, Mutation, NotAttemptedWhy, UnknownWhy } from '../../model/index.ts';

/** The issuer named the credential as live. Facts it did not give are left out. */
export function active(facts: { readonly [K in keyof ActiveFacts]?: ActiveFacts[K] | undefined }): Answer {
  const given = Object.entries(facts).filter(([, value]) => value !== undefined);
  return { status: 'active', facts: Object.fromEntries(given) as ActiveFacts };
}

/** Only for an answer that the issuer's document or a real server names as a dead credential. */
export function inactive(reason: string): Answer {
  return { status: 'inactive', reason };
}

export function unknown(why: UnknownWhy, detail: string, retryAfterSeconds?: number): Answer {
  return { status: 'unknown', why, detail, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) };
}

export function notAttempted(why: NotAttemptedWhy, detail: string): Answer {
  return { status: 'notAttempted', why, detail };
}

/** The issuer took the order. Not proof: only a second introspection is. */
export function accepted(detail: string): Mutation {
  return { status: 'accepted', detail };
}

export function refused(detail: string): Extract<Mutation, { readonly status: 'refused' }> {
  return { status: 'refused', detail };
}

export function uncertain(why: UnknownWhy, detail: string): Extract<Mutation, { readonly status: 'uncertain' }> {
  return { status: 'uncertain', why, detail };
}
