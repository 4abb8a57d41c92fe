import { randomUUID } from 'node:crypto';
import aws4 from 'aws4';
import type { Consumer, ConsumerAsk, Held, HttpRequest } from '../model/index.ts';
import { CHANGED, isChanged, isObject, look, objectIn, placeOf, tell } from './exchange/talk.ts';

type At = Readonly<Record<string, string>>;
/** The label of a version of ours that is not current yet. */
const OURS = 'TOKENWARDEN';

/** A secret of AWS Secrets Manager: the whole of it, or fields of its JSON. Versions before stay under AWSPREVIOUS. */
export const consumer: Consumer = {
  id: 'aws-secrets-manager',
  name: 'AWS Secrets Manager',
  method: 'POST secretsmanager:PutSecretValue, secretsmanager:UpdateSecretVersionStage',
  parameters: { secret: 'name or ARN of the secret', key: 'optional: a field of its JSON' },
  storeTypes: ['aws'],
  async read(ask, at) {
    const found = await current(ask, at);
    if ('status' in found) return found;
    const value = valueIn(found.text, at['key']);
    return typeof value === 'string' && value !== '' ? { status: 'holds', secret: ask.makeSecret(value) } : { status: 'absent' };
  },
  async put(ask, writes) {
    const at = placeOf(writes);
    const found = await current(ask, at);
    if ('status' in found) return found.status === 'absent' ? { status: 'refused', detail: 'there is no such secret, or it has no text' } : { status: 'uncertain', why: 'unexpected-status', detail: 'detail' in found ? found.detail : 'could not be read before' };
    if (isChanged(writes, ({ key }) => valueIn(found.text, key))) return CHANGED;
    const next = nextText(found.text, writes);
    if (next === undefined) return { status: 'refused', detail: 'it holds no JSON object, of which a field could be replaced' };
    const version = randomUUID();
    const made = await tell(ask, signed(ask, 'PutSecretValue', { SecretId: at['secret'], SecretString: next, ClientRequestToken: version, VersionStages: [OURS] }), [200]);
    if (made.status !== 'accepted') return made;
    // Refused by AWS where another version became current after we read.
    return tell(ask, signed(ask, 'UpdateSecretVersionStage', { SecretId: at['secret'], VersionStage: 'AWSCURRENT', MoveToVersionId: version, RemoveFromVersionId: found.version }), [200]);
  },
  together: ({ key }) => (key === undefined ? undefined : 'key'),
  guard: 'compare-and-set',
  proof: 'moto 5.2.5: test/e2e/rotate.test.ts; AWS Secrets Manager API reference (GetSecretValue, PutSecretValue, UpdateSecretVersionStage)',
};

interface Current {
  readonly text: string;
  readonly version: string;
}

async function current(ask: ConsumerAsk, at: At): Promise<Current | Held> {
  let seen: Current | undefined;
  const held = await look(ask, { ...signed(ask, 'GetSecretValue', { SecretId: at['secret'], VersionStage: 'AWSCURRENT' }), repeatable: true }, (response) => {
    const body = objectIn(response);
    if (response.status === 400 && typeof body?.['__type'] === 'string' && body['__type'].endsWith('ResourceNotFoundException')) return { status: 'absent' };
    if (response.status !== 200 || typeof body?.['SecretString'] !== 'string' || typeof body['VersionId'] !== 'string') return undefined;
    seen = { text: body['SecretString'], version: body['VersionId'] };
    return { status: 'absent' };
  });
  return seen ?? held;
}

function valueIn(text: string, key: string | undefined): unknown {
  if (key === undefined) return text;
  const fields = fieldsOf(text);
  return fields !== undefined && Object.hasOwn(fields, key) ? fields[key] : undefined;
}

function nextText(text: string, writes: Parameters<Consumer['put']>[1]): string | undefined {
  const whole = writes.find(({ at }) => at['key'] === undefined);
  if (whole !== undefined) return whole.secret.reveal();
  const fields = fieldsOf(text);
  return fields === undefined ? undefined : JSON.stringify({ ...fields, ...Object.fromEntries(writes.map(({ at: { key = '' }, secret }) => [key, secret.reveal()])) });
}

function fieldsOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Signature version 4. The region is that of the host's name; hosts of one's own take any. */
function signed(ask: ConsumerAsk, action: string, parameters: Readonly<Record<string, unknown>>): HttpRequest {
  const auth = ask.store.clientAuth;
  const url = ask.store.endpoints?.['secretsmanager'] ?? ask.store.baseUrl;
  const region = /(?:^|\.)secretsmanager\.([a-z0-9-]+)\./.exec(url.host)?.[1] ?? 'us-east-1';
  const pair = auth?.method === 'client_secret_basic' || auth?.method === 'client_secret_post' ? auth : undefined;
  const body = JSON.stringify(parameters);
  const given = { service: 'secretsmanager', region, method: 'POST', host: url.host, path: url.pathname, headers: { 'Content-Type': 'application/x-amz-json-1.1', 'X-Amz-Target': `secretsmanager.${action}`, 'X-Amz-Date': ask.now().toISOString().replace(/[-:]|\.\d{3}/g, '') }, body };
  const headers = aws4.sign(given, { accessKeyId: pair?.clientId ?? '', secretAccessKey: pair?.clientSecret.reveal() ?? '' }).headers ?? {};
  return { method: 'POST', url, headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !['host', 'content-length'].includes(name.toLowerCase())).map(([name, value]) => [name.toLowerCase(), String(value)])), body };
}
