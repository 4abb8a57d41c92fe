import type { Answer, Ask, Mutation, Operation, UnknownWhy } from '../../model/index.ts';
import { active, uncertain, unknown } from '../reading/answers.ts';
import { hostOf } from '../../lib/http/address-guard.ts';

const PREFIX = 'region-';

/** What ends the round: the next host would very likely do the same. */
const WEARY: readonly UnknownWhy[] = ['throttled', 'timeout', 'network'];

/**
 * Where to ask when the credential does not say in which of the issuer's own regions it lives: the store's URL, then every
 * `publicEndpoints` whose name begins with `region-`. A configured store has one URL, which is asked alone.
 */
export function everywhere<T extends Pick<Ask, 'store'>>(ask: T): readonly T[] {
  const regions = Object.entries(ask.store.endpoints ?? {}).filter(([name]) => name.startsWith(PREFIX));
  return [ask, ...regions.map(([, baseUrl]) => ({ ...ask, store: { ...ask.store, baseUrl } }))];
}

/**
 * Asks region after region until one knows the credential, which is then noted. It is dead only when every region says so:
 * a region that does not know a credential answers as if it were dead.
 */
export async function inEveryRegion(ask: Ask, run: (ask: Ask) => Promise<Answer>): Promise<Answer> {
  const places = everywhere(ask);
  let open: Answer | undefined;
  let dead: Answer | undefined;
  for (const [index, place] of places.entries()) {
    const answer = await run(place);
    if (answer.status === 'active') return index === 0 ? answer : active({ ...answer.facts, notes: { ...answer.facts.notes, region: hostOf(place.store.baseUrl) } });
    if (answer.status === 'inactive') dead ??= answer;
    else open ??= answer;
    // It stays open unless a later region knows it; nobody waits for one host after the other.
    if (answer.status === 'unknown' && WEARY.includes(answer.why)) break;
  }
  return open ?? dead ?? unknown('malformed', 'no region was asked');
}

/** Tells region after region until one takes the order. */
export async function tellEveryRegion(ask: Ask, run: (ask: Ask) => Promise<Mutation>): Promise<Mutation> {
  let open: Mutation | undefined;
  let last: Mutation | undefined;
  for (const place of everywhere(ask)) {
    const told = await run(place);
    if (told.status === 'accepted') return told;
    if (told.status === 'uncertain') open ??= told;
    else last ??= told;
  }
  return open ?? last ?? uncertain('malformed', 'no region was told');
}

/** A question that is asked in every region. */
export function regional(operation: Operation<Answer>): Operation<Answer> {
  return { ...operation, run: (ask) => inEveryRegion(ask, operation.run) };
}
