import type { Consumer, ConsumerAsk, ConsumerWrite, Held, Mutation } from '../model/index.ts';
import { below, CHANGED, look, objectIn, ownToken, placeOf, request, tell } from './exchange/talk.ts';

const PART = /^[A-Za-z0-9_.-]{1,100}$/;
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
type At = Readonly<Record<string, string>>;

/**
 * A secret of GitHub Actions, of a repository or of one of its environments. GitHub takes a sealed box and gives nothing back but the
 * time. It replaces one secret at a time: with `slot`, a variable that holds A or B, the values go to NAME_B while workflows read NAME_A,
 * and the variable is turned when all of them are there.
 */
export const consumer: Consumer = {
  id: 'github-actions',
  name: 'GitHub Actions secret',
  method: 'PUT /repos/OWNER/REPO/actions/secrets/NAME (sealed box)',
  parameters: { repository: 'OWNER/REPO', name: 'name of the secret', environment: 'optional: the environment that has it', slot: 'optional: name of a variable that holds A or B; the secrets are then NAME_A and NAME_B' },
  storeTypes: ['github'],
  problem: ({ repository = '', name = '', slot }) => {
    if (repository.split('/').length !== 2 || !repository.split('/').every((part) => PART.test(part) && !/^\.+$/.test(part))) return 'repository: expected OWNER/REPO';
    if (slot !== undefined && !NAME.test(slot)) return 'slot: expected the name of a variable';
    return NAME.test(name) ? undefined : 'name: expected the name of a secret';
  },
  async read(ask, at) {
    const slot = await slotOf(ask, at);
    return 'held' in slot ? slot.held : readSecret(ask, at, slot.now);
  },
  async put(ask, writes) {
    const at = placeOf(writes);
    const slot = await slotOf(ask, at);
    if ('held' in slot) return slot.held.status === 'unknown' ? { status: 'uncertain', why: 'unexpected-status', detail: slot.held.detail } : { status: 'refused', detail: `there is no variable ${at['slot'] ?? ''}` };
    for (const write of writes) {
      const changed = await guarded(ask, write, slot.now);
      if (changed !== undefined) return changed;
    }
    const outcome = await ask.send(request('GET', below(baseOf(ask, at), 'secrets/public-key'), headers(ask)));
    if (!outcome.ok) return { status: 'uncertain', why: outcome.why, detail: outcome.detail };
    const { key, key_id: keyId } = objectIn(outcome.response) ?? {};
    if (outcome.response.status !== 200 || typeof key !== 'string' || typeof keyId !== 'string') return { status: 'refused', detail: `its public key: answered ${outcome.response.status}` };
    let answer: Mutation = { status: 'refused', detail: 'nothing to write' };
    for (const { at: { name = '' }, secret } of writes) {
      const sealed = await sealedFor(key, secret.reveal());
      if (sealed === undefined) return { status: 'refused', detail: 'its public key is none of 32 bytes' };
      answer = await tell(ask, request('PUT', below(baseOf(ask, at), `secrets/${name}${slot.next}`), headers(ask), { encrypted_value: sealed, key_id: keyId }), [201, 204]);
      if (answer.status !== 'accepted') return answer;
    }
    return slot.next === '' ? answer : tell(ask, request('PATCH', below(baseOf(ask, at), `variables/${at['slot'] ?? ''}`), headers(ask), { value: slot.next.slice(1) }), [204]);
  },
  together: ({ slot }) => (slot === undefined ? undefined : 'name'),
  guard: 'look-before',
  proof: 'GitHub REST API: actions/create-or-update-repo-secret, actions/create-or-update-environment-secret, actions/update-repo-variable; libsodium crypto_box_seal',
};

const headers = (ask: ConsumerAsk): Readonly<Record<string, string>> => ({ accept: 'application/vnd.github+json', 'x-github-api-version': '2022-11-28', authorization: `Bearer ${ownToken(ask)}` });

function baseOf(ask: ConsumerAsk, { repository = '', environment }: At): URL {
  return below(ask.store.baseUrl, environment === undefined ? `repos/${repository}/actions` : `repos/${repository}/environments/${encodeURIComponent(environment)}`);
}

/** The ending of the names that are read now, and of those that are written. */
async function slotOf(ask: ConsumerAsk, at: At): Promise<{ readonly now: string; readonly next: string } | { readonly held: Extract<Held, { readonly status: 'absent' | 'unknown' }> }> {
  const { slot } = at;
  if (slot === undefined) return { now: '', next: '' };
  let now: unknown;
  const held = await look(ask, request('GET', below(baseOf(ask, at), `variables/${slot}`), headers(ask)), (response) => {
    if (response.status === 200) now = objectIn(response)?.['value'];
    return response.status === 404 ? { status: 'absent' } : undefined;
  });
  if (now === 'A' || now === 'B') return now === 'A' ? { now: '_A', next: '_B' } : { now: '_B', next: '_A' };
  if (now !== undefined) return { held: { status: 'unknown', detail: `the variable ${slot} holds neither A nor B` } };
  return { held: held.status === 'absent' ? held : { status: 'unknown', detail: 'detail' in held ? held.detail : 'not read' } };
}

function readSecret(ask: ConsumerAsk, at: At, ending: string): Promise<Held> {
  return look(ask, request('GET', below(baseOf(ask, at), `secrets/${at['name'] ?? ''}${ending}`), headers(ask)), (response) => {
    if (response.status === 404) return { status: 'absent' };
    const updated = objectIn(response)?.['updated_at'];
    if (response.status !== 200 || typeof updated !== 'string' || Number.isNaN(Date.parse(updated))) return undefined;
    return { status: 'unreadable', updatedAt: new Date(updated) };
  });
}

/** Why it is not written; looked right before, as GitHub compares nothing. */
async function guarded(ask: ConsumerAsk, { at, unchangedSince }: ConsumerWrite, ending: string): Promise<Mutation | undefined> {
  if (unchangedSince === undefined) return undefined;
  const held = await readSecret(ask, at, ending);
  if (held.status === 'unknown') return { status: 'uncertain', why: 'unexpected-status', detail: held.detail };
  return held.status === 'unreadable' && held.updatedAt?.getTime() === unchangedSince.getTime() ? undefined : CHANGED;
}

async function sealedFor(publicKey: string, text: string): Promise<string | undefined> {
  const key = Buffer.from(publicKey, 'base64');
  if (key.length !== 32) return undefined;
  const { default: sodium } = await import('libsodium-wrappers');
  await sodium.ready;
  return Buffer.from(sodium.crypto_box_seal(Buffer.from(text, 'utf8'), key)).toString('base64');
}
