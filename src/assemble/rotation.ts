import { CONSUMERS } from '../consumers/index.ts';
import { fingerprintOf, type FingerprintKey } from '../lib/fingerprint.ts';
import { nearest } from '../lib/nearest.ts';
import { Secret, WardenError, type Consumer, type ConsumerAsk, type ConsumerPlace, type ListedToken, type ListEnd, type RotationDoor, type Rule, type WriteRecord } from '../model/index.ts';
import type { Policy } from '../policy/judge/index.ts';
import type { Issuers } from './issuers.ts';
import { rotationPolicy } from './rotation-policy.ts';

export interface RotationSetup {
  readonly issuers: Issuers;
  /** Id of the store that issues. */
  readonly store: string;
  /** Host of that store: what stands beside a credential that is its own. */
  readonly host: string;
  readonly rule: Rule;
  /** Types of the configured stores, by id. */
  readonly types: ReadonlyMap<string, string>;
  readonly fingerprintKey: FingerprintKey;
  readonly policy: Policy;
  /** The folder that paths of policy count from. */
  readonly cwd: string;
  readonly now: () => Date;
  readonly record: WriteRecord;
  /** For consumers that cannot keep other processes of ours out themselves. */
  readonly hold: ConsumerAsk['hold'];
}

/** Issuers whose tokens bear a name that we choose, in what they list. */
const NAMED: ReadonlySet<string> = new Set(['vault']);

/** Joins issuer and consumers for one rotation. Nothing is sent before it is asked. */
export function rotationDoor(setup: RotationSetup): RotationDoor {
  const { issuers, store, rule, fingerprintKey, now } = setup;
  const verifier = issuers.verifier(undefined, () => undefined);
  const { administrator } = verifier;
  // A short one may be chosen by a person, and be guessed from a hash whose key is public.
  const makeSecret = (value: string): Secret => new Secret(value, fingerprintOf(fingerprintKey, value.length >= 20 || fingerprintKey.secrecy === 'secret' ? 'value' : 'rotation', ...(value.length >= 20 || fingerprintKey.secrecy === 'secret' ? [value] : [rule.id, store])), '********');

  const askOf = (place: ConsumerPlace): ConsumerAsk => {
    const ask = place.store === undefined ? { store: NO_STORE, send: () => Promise.reject(new Error('no store')), now } : verifier.consume(place.store);
    if (ask === undefined) throw new WardenError('CONSUMER_STORE', `there is no store "${place.store ?? ''}" for the consumer ${place.type}`, { hint: 'add it under stores: in tokenwarden.yml' });
    return { ...ask, makeSecret, hold: setup.hold };
  };
  const listed = async function* (): AsyncGenerator<ListedToken, ListEnd> {
    return administrator.listable().includes(store) ? yield* administrator.list(store) : { complete: false, why: 'own-credentials', detail: 'the issuer lists nothing' };
  };
  const allListed = async (): Promise<readonly ListedToken[] | undefined> => {
    const tokens: ListedToken[] = [];
    const items = listed();
    for (;;) {
      const next = await items.next();
      if (next.done === true) return next.value.complete ? tokens : undefined;
      tokens.push(next.value);
    }
  };

  return {
    makeSecret,
    credential: (secret, parts) => ({ fingerprint: secret.fingerprint, rule, issuer: rule.issuer, secret, companions: Object.entries(parts).map(([name, value]) => ({ name, secret: value })), confidence: 'high', entropyBits: 0, features: {}, hosts: [setup.host], occurrences: [] }),
    issuer: {
      cannotRotate(credential) {
        const routed = verifier.route(credential);
        if ('notAttempted' in routed) return routed.notAttempted.detail;
        if (routed.store.id !== store) return `the store ${routed.store.id} claims it, not ${store}`;
        const how = verifier.rotation(credential);
        if (!how.possible) return how.why;
        if (verifier.rotationEndsOld(credential)) return `${how.method} ends the old one at once, so that nothing that uses it would go on; replace it by hand`;
        const end = verifier.revocation(credential);
        return end.possible ? undefined : `the old one could not be ended: ${end.why}`;
      },
      ask: verifier.ask,
      rotate: (credential, wish) => verifier.rotate(credential, wish, makeSecret),
      canDeactivate: (credential) => verifier.deactivation(credential).possible,
      deactivate: verifier.deactivate,
      revoke: verifier.revoke,
      revokeById: (tokenId) => administrator.revokeById(store, tokenId),
      async named(name) {
        if (!NAMED.has(setup.types.get(store) ?? '')) return undefined;
        return (await allListed())?.filter(({ facts, status }) => status === 'active' && (facts.name === name || facts.name === `token-${name}`)).map(({ tokenId }) => tokenId);
      },
      isListed: async (tokenId) => (await allListed())?.some((token) => token.tokenId === tokenId),
    },
    consumers: {
      read: async (place) => moduleOf(place).read(askOf(place), place.at),
      async put(writes) {
        const [first] = writes;
        if (first === undefined) return { status: 'refused', detail: 'nothing to write' };
        for (const { place, secret } of writes) setup.record('consume.intent', { type: place.type, at: place.at, ...(place.template === undefined ? { part: place.part } : {}), ...(place.store === undefined ? {} : { store: place.store }) }, secret.fingerprint);
        return moduleOf(first.place).put(askOf(first.place), writes.map(({ place, ...write }) => ({ ...write, at: place.at })));
      },
      holder: holderOf,
      guard: (place) => moduleOf(place).guard,
    },
    policy: rotationPolicy(setup.policy, rule, now, setup.cwd),
    check: (places) => places.forEach((place) => checkPlace(place, setup.types)),
  };
}

const NO_STORE = { id: 'none', type: 'none', baseUrl: new URL('file:///'), claims: [], allowPrivate: false, requestsPerSecond: 1, source: 'configuration' } as const;

/** Same type, store and place, apart from the parameter in which values differ that are written at once. */
function holderOf(place: ConsumerPlace): string {
  const differing = moduleOf(place).together?.(place.at);
  const rest = Object.entries(place.at).filter(([name]) => name !== differing);
  return JSON.stringify([place.type, place.store, differing ?? '', ...rest.sort(([a], [b]) => (a < b ? -1 : 1))]);
}

function moduleOf({ type }: ConsumerPlace): Consumer {
  const found = CONSUMERS.find(({ id }) => id === type);
  if (found !== undefined) return found;
  const close = nearest(type, CONSUMERS.map(({ id }) => id));
  throw new WardenError('CONSUMER_UNKNOWN', `there is no consumer type "${type}"`, { hint: close === undefined ? `types: ${CONSUMERS.map(({ id }) => id).join(', ')}` : `did you mean "${close}"?` });
}

function checkPlace(place: ConsumerPlace, types: ReadonlyMap<string, string>): void {
  const { parameters, storeTypes, problem, id } = moduleOf(place);
  const wrong = (what: string): WardenError => new WardenError('CONSUMER_INVALID', `consumer ${id}: ${what}`, { hint: Object.entries(parameters).map(([name, help]) => `${name}: ${help}`).join('; ') });
  const missing = Object.entries(parameters).find(([name, help]) => !help.startsWith('optional') && place.at[name] === undefined);
  if (missing !== undefined) throw wrong(`${missing[0]} is missing`);
  const strange = Object.keys(place.at).find((name) => !Object.hasOwn(parameters, name));
  if (strange !== undefined) throw wrong(`nothing is called ${strange} here`);
  if (storeTypes.length > 0 && (place.store === undefined || !storeTypes.includes(types.get(place.store) ?? ''))) throw wrong(`store: expected the id of a store of type ${storeTypes.join(' or ')}`);
  const what = problem?.(place.at);
  if (what !== undefined) throw wrong(what);
}
