import type { ConsumerPlace, Secret } from '../../model/index.ts';
import { genuineUse } from '../../lib/own-use.ts';
import { formatDuration } from '../../lib/duration.ts';
import { partsAt, partsIn, tornPlace } from './holders.ts';
import { refused, told } from './round.ts';
import { useDetail, type RotationState } from './state.ts';
import type { RotateDeps, RotateOptions, Rotated, RotationSpec } from './types.ts';

/** Finds the credential at its consumers, sees that it lives and can be replaced, and keeps it for as long as the round lasts. */
export async function begin(spec: RotationSpec, options: RotateOptions, deps: RotateDeps): Promise<{ readonly state: RotationState } | { readonly result: Rotated }> {
  const wrong = unfit(spec, deps);
  if (wrong !== undefined) return refused(`${wrong}; nothing was changed`);
  const found = new Map<string, Secret>(Object.entries(options.givenParts ?? {}));
  if (options.given !== undefined) found.set('secret', options.given);
  const marks: Record<string, string> = {};
  for (const place of spec.consumers) {
    const held = await deps.consumers.read(place);
    if (held.status === 'unreadable') {
      if (held.updatedAt !== undefined) marks[nameOf(place)] = held.updatedAt.toISOString();
      continue;
    }
    if (held.status !== 'holds') return refused(`${nameOf(place)} ${held.status === 'absent' ? 'holds nothing' : `cannot be read (${held.detail})`}; nothing was changed`);
    const parts = partsIn(place, held.secret);
    if (parts === undefined) return refused(`${nameOf(place)} holds something of another form than its template; nothing was changed`);
    for (const [part, value] of parts) {
      const known = found.get(part);
      if (known !== undefined && known.reveal() !== value) return refused(`${nameOf(place)} holds another ${part === 'secret' ? 'value' : part} than ${options.given === undefined ? 'a place before it' : 'what was given'}: which is the one to rotate is for a person to say; nothing was changed`);
      found.set(part, deps.makeSecret(value));
    }
  }
  const secret = found.get('secret');
  if (secret === undefined) return refused('no consumer gives the secret back: give it with --secret -');
  if (options.only !== undefined && options.only.reveal() !== secret.reveal()) return refused('its consumers hold another credential than the planned one; nothing was changed');
  const unknown = spec.consumers.flatMap(partsAt).find((part) => !found.has(part));
  if (unknown !== undefined) return refused(`no consumer gives the part ${unknown} back: give it with --part ${unknown}=…`);
  const parts = Object.fromEntries([...found].filter(([part]) => part !== 'secret'));
  const credential = deps.credential(secret, parts);
  const cannot = deps.issuer.cannotRotate(credential);
  if (cannot !== undefined) return refused(`${cannot}; nothing was changed`);
  const before = await deps.issuer.ask(credential);
  if (before.status !== 'active') return refused(`the issuer does not say that the old one is active (${told(before)}); nothing was changed`);
  const { scopes, tokenId = Object.values(parts)[0]?.reveal() } = before.facts;
  // After a crash it is put together again from its secret and its id.
  if (Object.values(parts).some((part) => part.reveal() !== tokenId)) return refused('its other part is not the id that the issuer gives it, so that it could not be put together again; nothing was changed');
  const id = deps.newId();
  if (!deps.vault.keep(id, 'old', secret)) return refused(`rotation needs credentials of our own at the store ${spec.store} (auth:), under which what a crash must not lose is sealed`);
  const allowed = scopes === undefined || spec.scopes !== undefined ? undefined : deps.policy.allowed(scopes, credential, spec.consumers);
  if (allowed?.length === 0 && scopes?.length !== 0) return refused('policy allows none of its scopes at these places (over-scoped): say which the new one is to have (scopes:); nothing was changed');
  const wanted = spec.scopes ?? allowed;
  const narrowed = allowed === undefined ? [] : (scopes ?? []).filter((scope) => !allowed.includes(scope));
  const used = before.facts.lastUsedAt;
  const genuine = used === undefined ? undefined : genuineUse(used, before.at, undefined);
  deps.ledger('rotate.started', { rotation: spec.name, round: id, store: spec.store, rule: spec.rule, consumers: spec.consumers.map(nameOf), ...(tokenId === undefined ? {} : { tokenId }), ...(wanted === undefined ? {} : { scopes: wanted }), ...(narrowed.length === 0 ? {} : { narrowed }), ...(Object.keys(marks).length === 0 ? {} : { marks }), ...useDetail(used, genuine) }, secret.fingerprint);
  return {
    state: { id, old: tokenId === undefined ? {} : { tokenId }, ...(wanted === undefined ? {} : { scopes: wanted }), narrowed, marks, isAsked: false, isChecked: false, stored: new Set(), storing: new Set(), isDeactivating: false, isDeleting: false, use: { askedAt: deps.now(), ...(used === undefined ? {} : { said: used }), ...(genuine === undefined ? {} : { genuine }) } },
  };
}

/** Why the rotation as it is configured cannot keep everything running. */
function unfit(spec: RotationSpec, deps: RotateDeps): string | undefined {
  const torn = tornWhy(spec, deps);
  if (torn !== undefined) return torn;
  const lifetime = spec.lifetimeMs ?? deps.policy.maxLifetimeMs;
  if (lifetime === undefined || lifetime > spec.quietMs + spec.graceMs) return undefined;
  return `the new one would live for ${formatDuration(lifetime)} (${spec.lifetimeMs === undefined ? 'what policy allows, max-lifetime' : 'lifetime:'}), and the old one is to be quiet for ${formatDuration(spec.quietMs)} and switched off for ${formatDuration(spec.graceMs)} before it is deleted: shorten quiet: or grace:, or let it live longer`;
}

/** For people: a place that would have half of one credential and half of another. */
export function tornWhy(spec: RotationSpec, deps: RotateDeps): string | undefined {
  const torn = tornPlace(spec, deps);
  if (torn === undefined) return undefined;
  const { place, missing } = torn;
  return `${nameOf(place)} does not take ${missing} in the same write, so that who reads in between would have a pair that does not fit: let one value hold both (template:)${place.type === 'github-actions' ? ', or give both the same slot:' : ' or put both where they are written at once'}`;
}

/** For people and ledgers. */
export function nameOf({ type, store, at, part, template }: ConsumerPlace): string {
  const where = Object.values(at).join(' ');
  return `${type}${store === undefined ? '' : ` at ${store}`}: ${where}${template !== undefined ? ` (${[...new Set(partsAt({ type, at, part, template }))].join(', ')})` : part === 'secret' ? '' : ` (${part})`}`;
}
