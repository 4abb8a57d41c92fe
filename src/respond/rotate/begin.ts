import type { ConsumerPlace, Secret } from '../../model/index.ts';
import { genuineUse } from '../../lib/own-use.ts';
import { refused, told } from './round.ts';
import { useDetail, type RotationState } from './state.ts';
import type { RotateDeps, RotateOptions, Rotated, RotationSpec } from './types.ts';

/** Finds the credential at its consumers, sees that it lives and can be replaced, and keeps it for as long as the round lasts. */
export async function begin(spec: RotationSpec, options: RotateOptions, deps: RotateDeps): Promise<{ readonly state: RotationState } | { readonly result: Rotated }> {
  const found = new Map<string, Secret>();
  if (options.given !== undefined) found.set('secret', options.given);
  for (const place of spec.consumers) {
    const held = await deps.consumers.read(place);
    if (held.status === 'unreadable') continue;
    if (held.status !== 'holds') return refused(`${nameOf(place)} ${held.status === 'absent' ? 'holds nothing' : `cannot be read (${held.detail})`}; nothing was changed`);
    const known = found.get(place.part);
    if (known !== undefined && known.reveal() !== held.secret.reveal()) return refused(`${nameOf(place)} holds another value than ${options.given === undefined ? 'a place before it' : 'what was given'}: which is the one to rotate is for a person to say; nothing was changed`);
    found.set(place.part, held.secret);
  }
  const secret = found.get('secret');
  if (secret === undefined) return refused('no consumer gives the secret back: give it with --secret -');
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
  const wanted = spec.scopes ?? scopes;
  const used = before.facts.lastUsedAt;
  const genuine = used === undefined ? undefined : genuineUse(used, before.at, undefined);
  deps.ledger('rotate.started', { rotation: spec.name, round: id, store: spec.store, rule: spec.rule, consumers: spec.consumers.map(nameOf), ...(tokenId === undefined ? {} : { tokenId }), ...(wanted === undefined ? {} : { scopes: wanted }), ...useDetail(used, genuine) }, secret.fingerprint);
  return { state: { id, old: tokenId === undefined ? {} : { tokenId }, ...(wanted === undefined ? {} : { scopes: wanted }), isAsked: false, isChecked: false, stored: new Set(), isDeactivating: false, isDeleting: false, use: { askedAt: deps.now(), ...(used === undefined ? {} : { said: used }), ...(genuine === undefined ? {} : { genuine }) } } };
}

/** For people and ledgers. */
export function nameOf({ type, store, at, part }: ConsumerPlace): string {
  const where = Object.values(at).join(' ');
  return `${type}${store === undefined ? '' : ` at ${store}`}: ${where}${part === 'secret' ? '' : ` (${part})`}`;
}
