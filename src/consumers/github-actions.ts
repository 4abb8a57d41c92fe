import type { Consumer, ConsumerAsk } from '../model/index.ts';
import { below, look, objectIn, ownToken, request, tell } from './exchange/talk.ts';

const PART = /^[A-Za-z0-9_.-]{1,100}$/;
type At = Readonly<Record<string, string>>;

/** A secret of GitHub Actions, of a repository or of one of its environments. GitHub takes a sealed box and gives nothing back but the time. */
export const consumer: Consumer = {
  id: 'github-actions',
  name: 'GitHub Actions secret',
  method: 'PUT /repos/OWNER/REPO/actions/secrets/NAME (sealed box)',
  parameters: { repository: 'OWNER/REPO', name: 'name of the secret', environment: 'optional: the environment that has it' },
  storeTypes: ['github'],
  problem: ({ repository = '', name = '' }) => {
    if (repository.split('/').length !== 2 || !repository.split('/').every((part) => PART.test(part) && !/^\.+$/.test(part))) return 'repository: expected OWNER/REPO';
    return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? undefined : 'name: expected the name of a secret';
  },
  read: (ask, at) =>
    look(ask, request('GET', below(secretsUrl(ask, at), at['name'] ?? ''), headers(ask)), (response) => {
      if (response.status === 404) return { status: 'absent' };
      const updated = objectIn(response)?.['updated_at'];
      if (response.status !== 200 || typeof updated !== 'string') return undefined;
      return { status: 'unreadable', updatedAt: new Date(updated) };
    }),
  async put(ask, at, secret) {
    const outcome = await ask.send(request('GET', below(secretsUrl(ask, at), 'public-key'), headers(ask)));
    if (!outcome.ok) return { status: 'uncertain', why: outcome.why, detail: outcome.detail };
    const { key, key_id: keyId } = objectIn(outcome.response) ?? {};
    if (outcome.response.status !== 200 || typeof key !== 'string' || typeof keyId !== 'string') return { status: 'refused', detail: `its public key: answered ${outcome.response.status}` };
    const sealed = await sealedFor(key, secret.reveal());
    if (sealed === undefined) return { status: 'refused', detail: 'its public key is none of 32 bytes' };
    return tell(ask, request('PUT', below(secretsUrl(ask, at), at['name'] ?? ''), headers(ask), { encrypted_value: sealed, key_id: keyId }), [201, 204]);
  },
  proof: 'GitHub REST API: actions/create-or-update-repo-secret, actions/create-or-update-environment-secret; libsodium crypto_box_seal',
};

const headers = (ask: ConsumerAsk): Readonly<Record<string, string>> => ({ accept: 'application/vnd.github+json', 'x-github-api-version': '2022-11-28', authorization: `Bearer ${ownToken(ask)}` });

function secretsUrl(ask: ConsumerAsk, { repository = '', environment }: At): URL {
  return below(ask.store.baseUrl, environment === undefined ? `repos/${repository}/actions/secrets` : `repos/${repository}/environments/${encodeURIComponent(environment)}/secrets`);
}

async function sealedFor(publicKey: string, text: string): Promise<string | undefined> {
  const key = Buffer.from(publicKey, 'base64');
  if (key.length !== 32) return undefined;
  const { default: sodium } = await import('libsodium-wrappers');
  await sodium.ready;
  return Buffer.from(sodium.crypto_box_seal(Buffer.from(text, 'utf8'), key)).toString('base64');
}
