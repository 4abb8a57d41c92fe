import { createPublicKey, X509Certificate } from 'node:crypto';
import type { Answer, Ask, HttpResponse, Issuer, Particular, Subject } from '../model/index.ts';
import { tell } from './exchange/ask-once.ts';
import type { GivenFacts } from './exchange/ask-once.ts';
import { cannotChoose, issueOnce } from './exchange/issue-once.ts';
import { factsFrom, merged } from './exchange/more-facts.ts';
import { onlyWithOwnToken, ownAuthorization, ownToken } from './exchange/own-credentials.ts';
import { question } from './exchange/question.ts';
import { below, get, postJson, remove } from './exchange/requests.ts';
import { active, inactive, refused, unknown } from './reading/answers.ts';
import { instant, text } from './reading/fields.ts';
import { isObject, readObject } from './reading/json.ts';
import type { JsonObject } from './reading/json.ts';

/**
 * Keys of Google Cloud service accounts. Google publishes the certificates of every account, so a key is found among them
 * without signing in: no use is logged. An access token of ours (`auth: { method: bearer }`) may read, disable and delete it.
 */
export const issuer: Issuer = {
  id: 'gcp',
  name: 'Google Cloud',
  kinds: ['gcp-service-account-key'],
  publicBaseUrl: 'https://www.googleapis.com',
  publicEndpoints: { iam: 'https://iam.googleapis.com' },
  endpoints: ['iam'],
  proof: { how: 'document', reference: '@googleapis/iam 38.0.1 v1.d.ts (projects.serviceAccounts.keys get, create, disable, delete); IAM Credentials API, signBlob (where public keys are published); client_x509_cert_url of key files' },
  introspect: { method: 'GET /robot/v1/metadata/x509/ACCOUNT', run: introspect, particular: needsAccount },
  revoke: {
    method: 'DELETE iam:/v1/projects/-/serviceAccounts/ACCOUNT/keys/ID',
    reversible: false,
    sideEffects: 'None beyond this key; access tokens made with it live on for up to an hour.',
    particular: administered,
    run: (ask) => change(ask, (id) => remove(keyUrl(ask, id), ownAuthorization(ask))),
  },
  deactivate: {
    method: 'POST iam:/v1/projects/-/serviceAccounts/ACCOUNT/keys/ID:disable',
    reversible: true,
    sideEffects: 'None beyond this key; access tokens made with it live on for up to an hour. keys.enable switches it on again.',
    particular: administered,
    run: (ask) => change(ask, (id) => postJson(new URL(`${keyUrl(ask, id).href}:disable`), {}, ownAuthorization(ask))),
  },
  rotate: {
    method: 'POST iam:/v1/projects/-/serviceAccounts/ACCOUNT/keys',
    sideEffects: 'The account has a second key, with an id of its own; ten are allowed.',
    particular: administered,
    run: issueOnce({
      request: (ask) => postJson(keyUrl(ask), { privateKeyType: 'TYPE_GOOGLE_CREDENTIALS_FILE' }, ownAuthorization(ask)),
      oldLives: true,
      cannot: cannotChoose,
      read: (body) => {
        const file = isObject(body) ? decoded(body['privateKeyData']) : undefined;
        return isObject(body) && file !== undefined ? { secret: text(file['private_key']) ?? '', facts: { ...factsOf(body), tokenId: text(file['private_key_id']), sub: text(file['client_email']) } } : undefined;
      },
    }),
  },
};

/** The account's address, as it stands in the key file. */
function account({ facts }: Subject): string {
  return facts?.subject ?? '';
}

function needsAccount(subject: Subject): Particular {
  if (/^[a-z0-9][a-z0-9-]{1,62}@[a-z0-9.-]{3,80}\.gserviceaccount\.com$/.test(account(subject))) return {};
  return { impossible: { why: 'missing-companion', detail: 'the key file does not say (client_email) to which service account it belongs' } };
}

function administered(subject: Subject): Particular {
  const lacking = onlyWithOwnToken(subject);
  return lacking.impossible === undefined ? needsAccount(subject) : lacking;
}

function keyUrl(ask: Ask, id?: string): URL {
  return below(ask.store.endpoints?.['iam'] ?? ask.store.baseUrl, `v1/projects/-/serviceAccounts/${encodeURIComponent(account(ask))}/keys${id === undefined ? '' : `/${encodeURIComponent(id)}`}`);
}

function published(ask: Ask) {
  return get(below(ask.store.baseUrl, `robot/v1/metadata/x509/${encodeURIComponent(account(ask))}`), {});
}

async function introspect(ask: Ask): Promise<Answer> {
  const spki = publicHalf(ask.secret.reveal());
  if (spki === undefined) return unknown('malformed', 'the private key cannot be read, so its public half cannot be looked for');
  const answer = await question(ask, published(ask), (response) => {
    const found = certificatesIn(response);
    if (found === undefined) return undefined;
    const own = found.find(({ certificate }) => spkiOf(certificate) === spki);
    // The account's keys that Google manages are always among them, so an empty list is no answer.
    return own === undefined ? inactive('Google publishes the account\'s keys, and this one is not (or no longer) among them') : active({ sub: account(ask), tokenId: own.id, iat: new Date(own.certificate.validFrom), exp: endOf(new Date(own.certificate.validTo)) });
  });
  if (answer.status !== 'active' || ownToken(ask) === undefined || answer.facts.tokenId === undefined) return answer;
  let disabled = false;
  const more = await factsFrom(ask, get(keyUrl(ask, answer.facts.tokenId), ownAuthorization(ask)), (body) => {
    if (!isObject(body) || text(body['name'])?.endsWith(`/keys/${answer.facts.tokenId ?? ''}`) !== true) return undefined;
    disabled = body['disabled'] === true;
    return factsOf(body);
  });
  return disabled ? inactive('IAM says that the key is disabled') : merged(answer, more);
}

function factsOf(key: JsonObject): GivenFacts {
  const until = instant(key['validBeforeTime']);
  return { iat: instant(key['validAfterTime']), exp: until === undefined ? undefined : endOf(until) };
}

/** Keys without an end carry the last second of the year 9999. */
function endOf(until: Date): Date | 'never' {
  return until.getUTCFullYear() >= 9999 ? 'never' : until;
}

interface Published {
  readonly id: string;
  readonly certificate: X509Certificate;
}

/** `{ KEY_ID: PEM }`. Undefined unless all of it is certificates: a list that was read in part shows nothing to be absent. */
function certificatesIn(response: HttpResponse): readonly Published[] | undefined {
  const body = response.status === 200 ? readObject(response) : undefined;
  const entries = Object.entries(body ?? {});
  if (entries.length === 0) return undefined;
  const found = entries.flatMap(([id, pem]): Published[] => {
    try {
      return /^[0-9a-f]{40}$/.test(id) && typeof pem === 'string' ? [{ id, certificate: new X509Certificate(pem) }] : [];
    } catch {
      return [];
    }
  });
  return found.length === entries.length ? found : undefined;
}

function spkiOf({ publicKey }: X509Certificate): string {
  return publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
}

/** The public half of a key as it stands in a key file, where line ends are written `\n`. */
function publicHalf(pem: string): string | undefined {
  try {
    return createPublicKey(pem.replaceAll('\\n', '\n')).export({ type: 'spki', format: 'der' }).toString('base64');
  } catch {
    return undefined;
  }
}

/** The key's id comes from the key file, or from what is published; a disabled key is not published. */
async function change(ask: Ask, request: (id: string) => Parameters<typeof tell>[1]): ReturnType<typeof tell> {
  const id = ask.facts?.notes?.['private_key_id'] ?? (await publishedId(ask));
  return id === undefined ? refused('the key\'s id is not known: it stands not beside the key, and Google does not publish the key') : tell(ask, request(id), { accepted: [200] });
}

async function publishedId(ask: Ask): Promise<string | undefined> {
  const outcome = await ask.send(published(ask));
  const spki = publicHalf(ask.secret.reveal());
  return outcome.ok ? certificatesIn(outcome.response)?.find(({ certificate }) => spkiOf(certificate) === spki)?.id : undefined;
}

/** `privateKeyData`: a key file in base64. */
function decoded(value: unknown): JsonObject | undefined {
  try {
    const file: unknown = JSON.parse(Buffer.from(text(value) ?? '', 'base64').toString('utf8'));
    return isObject(file) ? file : undefined;
  } catch {
    return undefined;
  }
}
