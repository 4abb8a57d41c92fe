import type { Consumer, ConsumerAsk } from '../model/index.ts';
import { below, isObject, look, objectIn, ownToken, request, tell } from './exchange/talk.ts';

const NAME = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;
type At = Readonly<Record<string, string>>;

/** A field of a Secret of Kubernetes. Pods that have it in their environment see the new one when they are started again. */
export const consumer: Consumer = {
  id: 'kubernetes',
  name: 'Kubernetes Secret',
  method: 'PATCH /api/v1/namespaces/NAMESPACE/secrets/NAME',
  parameters: { namespace: 'namespace', name: 'name of the Secret', key: 'its field' },
  storeTypes: ['kubernetes'],
  problem: ({ namespace = '', name = '', key = '' }) => (!NAME.test(namespace) || !NAME.test(name) || !/^[A-Za-z0-9._-]+$/.test(key) ? 'namespace, name, key: expected names of Kubernetes' : undefined),
  read: (ask, at) =>
    look(ask, request('GET', urlOf(ask, at), headers(ask)), (response) => {
      if (response.status === 404) return { status: 'absent' };
      const data = objectIn(response)?.['data'];
      if (response.status !== 200) return undefined;
      const value = isObject(data) ? data[at['key'] ?? ''] : undefined;
      return typeof value === 'string' && value !== '' ? { status: 'holds', secret: ask.makeSecret(Buffer.from(value, 'base64').toString('utf8')) } : { status: 'absent' };
    }),
  put: (ask, at, secret) => tell(ask, request('PATCH', urlOf(ask, at), { ...headers(ask), 'content-type': 'application/merge-patch+json' }, { data: { [at['key'] ?? '']: Buffer.from(secret.reveal(), 'utf8').toString('base64') } }), [200]),
  proof: 'Kubernetes API reference (v1 Secret, JSON merge patch, RFC 7386)',
};

const headers = (ask: ConsumerAsk): Readonly<Record<string, string>> => ({ authorization: `Bearer ${ownToken(ask)}` });
const urlOf = (ask: ConsumerAsk, { namespace = '', name = '' }: At): URL => below(ask.store.baseUrl, `api/v1/namespaces/${namespace}/secrets/${name}`);
