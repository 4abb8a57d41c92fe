import { randomUUID } from 'node:crypto';
import aws4 from 'aws4';
import type { Consumer, ConsumerAsk, HttpRequest } from '../model/index.ts';
import { isObject, look, objectIn, tell } from './exchange/talk.ts';

type At = Readonly<Record<string, string>>;

/** A secret of AWS Secrets Manager: the whole of it, or one field of its JSON. Versions before stay under AWSPREVIOUS. */
export const consumer: Consumer = {
  id: 'aws-secrets-manager',
  name: 'AWS Secrets Manager',
  method: 'POST secretsmanager:PutSecretValue',
  parameters: { secret: 'name or ARN of the secret', key: 'optional: a field of its JSON' },
  storeTypes: ['aws'],
  async read(ask, at) {
    const found = await current(ask, at);
    if (typeof found !== 'string') return found;
    const value = at['key'] === undefined ? found : fieldsOf(found)?.[at['key']];
    return typeof value === 'string' && value !== '' ? { status: 'holds', secret: ask.makeSecret(value) } : { status: 'absent' };
  },
  async put(ask, at, secret) {
    let text = secret.reveal();
    if (at['key'] !== undefined) {
      const found = await current(ask, at);
      const fields = typeof found === 'string' ? fieldsOf(found) : undefined;
      if (fields === undefined) return { status: 'refused', detail: 'it holds no JSON object, of which a field could be replaced' };
      text = JSON.stringify({ ...fields, [at['key']]: text });
    }
    return tell(ask, signed(ask, 'PutSecretValue', { SecretId: at['secret'], SecretString: text, ClientRequestToken: randomUUID() }), [200]);
  },
  proof: 'moto 5.2.5: test/e2e/rotate.test.ts; AWS Secrets Manager API reference (GetSecretValue, PutSecretValue)',
};

async function current(ask: ConsumerAsk, at: At): Promise<string | Awaited<ReturnType<typeof look>>> {
  let text: string | undefined;
  const held = await look(ask, { ...signed(ask, 'GetSecretValue', { SecretId: at['secret'] }), repeatable: true }, (response) => {
    const body = objectIn(response);
    if (response.status === 400 && typeof body?.['__type'] === 'string' && body['__type'].endsWith('ResourceNotFoundException')) return { status: 'absent' };
    if (response.status !== 200 || typeof body?.['SecretString'] !== 'string') return undefined;
    text = body['SecretString'];
    return { status: 'absent' };
  });
  return text ?? held;
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
