import type { Consumer, ConsumerAsk, Held } from '../model/index.ts';
import { below, CHANGED, isChanged, isObject, look, objectIn, ownToken, placeOf, request, tell } from './exchange/talk.ts';

const NAME = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;
type At = Readonly<Record<string, string>>;

/** Fields of a Secret of Kubernetes. Pods that have it in their environment see the new one when they are started again. */
export const consumer: Consumer = {
  id: 'kubernetes',
  name: 'Kubernetes Secret',
  method: 'PATCH /api/v1/namespaces/NAMESPACE/secrets/NAME',
  parameters: { namespace: 'namespace', name: 'name of the Secret', key: 'its field' },
  storeTypes: ['kubernetes'],
  problem: ({ namespace = '', name = '', key = '' }) => (!NAME.test(namespace) || !NAME.test(name) || !/^[A-Za-z0-9._-]+$/.test(key) ? 'namespace, name, key: expected names of Kubernetes' : undefined),
  async read(ask, at) {
    const found = await secretOf(ask, at);
    if ('status' in found) return found;
    const value = valueIn(found.data, at['key']);
    return value === undefined || value === '' ? { status: 'absent' } : { status: 'holds', secret: ask.makeSecret(value) };
  },
  async put(ask, writes) {
    const at = placeOf(writes);
    const found = await secretOf(ask, at);
    if ('status' in found) return found.status === 'absent' ? { status: 'refused', detail: 'there is no such Secret any more' } : { status: 'uncertain', why: 'unexpected-status', detail: 'detail' in found ? found.detail : 'could not be read before' };
    if (found.isImmutable) return { status: 'refused', detail: 'it is immutable: make a new Secret and point its users to that' };
    if (isChanged(writes, ({ key }) => valueIn(found.data, key))) return CHANGED;
    const data = Object.fromEntries(writes.map(({ at: { key = '' }, secret }) => [key, Buffer.from(secret.reveal(), 'utf8').toString('base64')]));
    // The version makes the server refuse (409) where anybody wrote in between.
    const body = { metadata: { resourceVersion: found.version }, data };
    return tell(ask, request('PATCH', urlOf(ask, at), { ...headers(ask), 'content-type': 'application/merge-patch+json' }, body), [200]);
  },
  together: () => 'key',
  guard: 'compare-and-set',
  proof: 'kube-apiserver 1.34.4: test/slow/consumers-kubernetes.test.ts; Kubernetes API reference (v1 Secret, JSON merge patch, RFC 7386)',
};

const headers = (ask: ConsumerAsk): Readonly<Record<string, string>> => ({ authorization: `Bearer ${ownToken(ask)}` });
const urlOf = (ask: ConsumerAsk, { namespace = '', name = '' }: At): URL => below(ask.store.baseUrl, `api/v1/namespaces/${namespace}/secrets/${name}`);

interface Found {
  readonly data: Readonly<Record<string, unknown>>;
  readonly version: string;
  readonly isImmutable: boolean;
}

async function secretOf(ask: ConsumerAsk, at: At): Promise<Held | Found> {
  let seen: Found | undefined;
  const held = await look(ask, request('GET', urlOf(ask, at), headers(ask)), (response) => {
    if (response.status === 404) return { status: 'absent' };
    const body = objectIn(response);
    const metadata = body?.['metadata'];
    if (response.status !== 200 || body?.['kind'] !== 'Secret' || !isObject(metadata) || typeof metadata['resourceVersion'] !== 'string') return undefined;
    seen = { data: isObject(body['data']) ? body['data'] : {}, version: metadata['resourceVersion'], isImmutable: body['immutable'] === true };
    return { status: 'absent' };
  });
  return seen ?? held;
}

function valueIn(data: Found['data'], key = ''): string | undefined {
  const value = Object.hasOwn(data, key) ? data[key] : undefined;
  return typeof value === 'string' ? Buffer.from(value, 'base64').toString('utf8') : undefined;
}
