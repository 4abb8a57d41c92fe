import type { Consumer, ConsumerAsk, Held, HttpResponse } from '../model/index.ts';
import { below, CHANGED, isChanged, isObject, look, objectIn, ownToken, placeOf, request, segments, tell, wrongPath } from './exchange/talk.ts';

/** The key/value engine, version 2, of Vault and OpenBao. Written with check-and-set, so that nobody else's change is lost. */
export const consumer: Consumer = {
  id: 'vault-kv',
  name: 'Vault / OpenBao KV v2',
  method: 'POST MOUNT/data/PATH with cas',
  parameters: { mount: 'where the engine is mounted (secret)', path: 'path of the secret', key: 'its field' },
  storeTypes: ['vault'],
  problem: ({ mount, path }) => (wrongPath(mount) || wrongPath(path) ? 'mount, path: expected names, parted by slashes' : undefined),
  async read(ask, at) {
    const found = await version(ask, at);
    if ('status' in found) return found;
    const value = found.data[at['key'] ?? ''];
    return typeof value === 'string' && value !== '' ? { status: 'holds', secret: ask.makeSecret(value) } : { status: 'absent' };
  },
  async put(ask, writes) {
    const at = placeOf(writes);
    const found = await version(ask, at);
    if ('status' in found && found.status !== 'absent') return { status: 'uncertain', why: 'unexpected-status', detail: 'detail' in found ? found.detail : 'could not be read before' };
    const { data, cas } = 'status' in found ? { data: {}, cas: 0 } : found;
    if (isChanged(writes, ({ key = '' }) => data[key])) return CHANGED;
    const fields = Object.fromEntries(writes.map(({ at: { key = '' }, secret }) => [key, secret.reveal()]));
    return tell(ask, request('POST', urlOf(ask, at), headers(ask), { options: { cas }, data: { ...data, ...fields } }), [200, 204]);
  },
  together: () => 'key',
  guard: 'compare-and-set',
  proof: 'OpenBao 2.7.2: test/e2e/rotate.test.ts',
};

type At = Readonly<Record<string, string>>;
const headers = (ask: ConsumerAsk): Readonly<Record<string, string>> => ({ 'x-vault-token': ownToken(ask) });
const urlOf = (ask: ConsumerAsk, { mount = '', path = '' }: At): URL => below(ask.store.baseUrl, `v1/${segments(mount)}/data/${segments(path)}`);

async function version(ask: ConsumerAsk, at: At): Promise<Held | { readonly data: Readonly<Record<string, unknown>>; readonly cas: number }> {
  let seen: { readonly data: Readonly<Record<string, unknown>>; readonly cas: number } | undefined;
  const held = await look(ask, request('GET', urlOf(ask, at), headers(ask)), (response: HttpResponse) => {
    const outer = objectIn(response)?.['data'];
    if (response.status === 404) {
      // A deleted version is answered 404 with its metadata.
      const cas = isObject(outer) && isObject(outer['metadata']) ? outer['metadata']['version'] : 0;
      if (typeof cas === 'number' && cas > 0) seen = { data: {}, cas };
      return { status: 'absent' };
    }
    if (response.status !== 200 || !isObject(outer) || !isObject(outer['data']) || !isObject(outer['metadata'])) return undefined;
    seen = { data: outer['data'], cas: Number(outer['metadata']['version']) };
    return { status: 'absent' };
  });
  return seen ?? held;
}
