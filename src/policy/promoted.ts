import type { Check, Location, PolicyRecord, Verdict } from '../model/index.ts';
import { livenessOf } from './facts/liveness.ts';
import { describePlaces, foundPlaces, name, placeless } from './facts/places.ts';
import { listed } from './facts/sourced.ts';

export interface Promoted {
  readonly apart: readonly string[];
}

/**
 * A token that lies in the paths of two environments is at work in both, unless its declaration names both. While something is
 * promoted (`audit --promote`), a token that travels with it is one too, wherever else it lies: it would arrive there.
 */
export const check: Check<Promoted> = {
  id: 'promoted',
  title: 'The same token serves several environments',
  rationale: 'Test environments are watched less and read by more people: whoever breaks into one holds the key of production.',
  references: ['https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html', 'https://12factor.net/config'],
  schema: {
    type: 'object',
    properties: { apart: { type: 'array', items: { type: 'string', minLength: 1 }, minItems: 1, description: 'a list of environments that share tokens with no other; * stands for any run of characters' } },
    additionalProperties: false,
  },
  defaults: { apart: ['*'] },
  tighter: { apart: 'further' },
  severity: 'high',
  judge(record, params) {
    const { introspection, credential, surroundings } = record;
    if (livenessOf(introspection) === 'dead') return { status: 'notApplicable', why: 'the token is not active any more' };
    const places = surroundings?.places;
    if (foundPlaces(credential).length === 0) return placeless(credential);
    if (places === undefined) return { status: 'undetermined', why: 'nobody looked which environments its places belong to' };
    const gate = judgePromotion(record);
    if (gate !== undefined && gate.status === 'violation') return gate;

    const byName = new Map<string, Location[]>();
    for (const [index, { environment = 'none' }] of places.entries()) {
      const place = credential.occurrences[index];
      if (environment !== 'none' && place !== undefined) byName.set(environment, [...(byName.get(environment) ?? []), place]);
    }
    const names = [...byName.keys()].sort();
    if (names.length === 0) return gate ?? { status: 'notApplicable', why: 'the token lies in no path of a known environment' };
    const grounds = names.map((one) => ({ fact: `in ${one}`, value: describePlaces(byName.get(one) ?? []), by: 'place' as const, source: 'environments' }));
    const threshold = `${params.apart.includes('*') ? 'every environment' : listed(params.apart)} apart from the others`;
    const apart = names.filter((one) => params.apart.some((pattern) => name(pattern)(one)));
    if (names.length === 1 || apart.length === 0) return gate ?? { status: 'pass', evidence: `The token lies in ${listed(names)} only.`, grounds, threshold };
    const { declaration } = surroundings ?? {};
    const declared = typeof declaration === 'object' ? declaration : undefined;
    if (declared?.environments !== undefined && names.every((one) => declared.environments?.includes(one))) return { status: 'pass', evidence: `The token lies in ${listed(names)}, and ${declared.place} declares it for all of them.`, grounds, threshold };
    return { status: 'violation', evidence: `One token lies in ${names.map((one) => `${one} (${describePlaces(byName.get(one) ?? [])})`).join(' and in ')}; policy keeps ${threshold}.`, remedy: 'Issue a token of its own for each environment, then revoke this one.', grounds, threshold };
  },
};

/** What is promoted must not carry a token along, unless the token is declared for where it goes. Undefined where nothing is promoted. */
function judgePromotion({ credential, surroundings }: PolicyRecord): Verdict | undefined {
  const { promotion, places = [], declaration } = surroundings ?? {};
  if (promotion === undefined) return undefined;
  const at = (side: 'from' | 'to'): readonly Location[] => credential.occurrences.filter((_, index) => places[index]?.side === side);
  const [travelling, there] = [at('from'), at('to')];
  const threshold = `no token on the way from ${promotion.from} to ${promotion.to}`;
  if (travelling.length === 0) return there.length === 0 ? undefined : { status: 'pass', evidence: `The token lies in ${promotion.to} only; nothing that comes from ${promotion.from} holds it.`, threshold };
  const grounds = [
    { fact: `in ${promotion.from}`, value: describePlaces(travelling), by: 'place' as const, source: 'what is promoted' },
    ...(there.length === 0 ? [] : [{ fact: `in ${promotion.to}`, value: describePlaces(there), by: 'place' as const, source: 'where it goes' }]),
  ];
  if (typeof declaration === 'object' && declaration.environments?.includes(promotion.to) === true) return { status: 'pass', evidence: `The token travels to ${promotion.to} at ${describePlaces(travelling)}, and ${declaration.place} declares it for ${promotion.to}.`, grounds, threshold };
  return {
    status: 'violation',
    evidence: `The token lies at ${describePlaces(travelling)} in ${promotion.from}${there.length === 0 ? ` and would travel to ${promotion.to}` : `, and ${promotion.to} holds the same one at ${describePlaces(there)}`}; policy wants ${threshold}.`,
    remedy: `Take it out of what is promoted, let ${promotion.to} have a token of its own from its secret store, and declare under tokens: what may be in both.`,
    grounds,
    threshold,
  };
}
