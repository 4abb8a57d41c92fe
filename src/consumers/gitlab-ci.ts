import type { Consumer, ConsumerAsk, Held } from '../model/index.ts';
import { below, CHANGED, isChanged, look, objectIn, ownToken, request, tell } from './exchange/talk.ts';

type At = Readonly<Record<string, string>>;

/** A CI/CD variable of a project. One that is hidden is never given back. */
export const consumer: Consumer = {
  id: 'gitlab-ci',
  name: 'GitLab CI/CD variable',
  method: 'PUT /projects/ID/variables/KEY',
  parameters: { project: 'number or path (group/project)', key: 'name of the variable', environment: 'optional: its environment scope (*)' },
  storeTypes: ['gitlab'],
  problem: ({ key = '' }) => (/^[A-Za-z0-9_]{1,255}$/.test(key) ? undefined : 'key: expected the name of a variable'),
  read: readVariable,
  async put(ask, [write]) {
    if (write === undefined) return { status: 'refused', detail: 'nothing to write' };
    const { at, before, secret } = write;
    if (before !== undefined) {
      const now = await readVariable(ask, at);
      if (now.status !== 'holds' && now.status !== 'absent') return { status: 'uncertain', why: 'unexpected-status', detail: 'detail' in now ? now.detail : 'could not be read before' };
      if (isChanged([write], () => (now.status === 'holds' ? now.secret.reveal() : undefined))) return CHANGED;
    }
    return tell(ask, request('PUT', urlOf(ask, at), headers(ask), { value: secret.reveal() }), [200]);
  },
  guard: 'look-before',
  proof: 'GitLab REST API: project-level CI/CD variables',
};

const headers = (ask: ConsumerAsk): Readonly<Record<string, string>> => ({ 'private-token': ownToken(ask) });

function urlOf(ask: ConsumerAsk, { project = '', key = '', environment }: At): URL {
  const url = below(ask.store.baseUrl, `api/v4/projects/${encodeURIComponent(project)}/variables/${key}`);
  if (environment !== undefined) url.searchParams.set('filter[environment_scope]', environment);
  return url;
}

function readVariable(ask: ConsumerAsk, at: At): Promise<Held> {
  return look(ask, request('GET', urlOf(ask, at), headers(ask)), (response) => {
    if (response.status === 404) return { status: 'absent' };
    const body = objectIn(response);
    if (response.status !== 200 || body === undefined) return undefined;
    if (body['hidden'] === true || body['value'] === null) return { status: 'unreadable' };
    return typeof body['value'] === 'string' && body['value'] !== '' ? { status: 'holds', secret: ask.makeSecret(body['value']) } : { status: 'absent' };
  });
}
