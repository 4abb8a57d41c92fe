import { createHmac } from 'node:crypto';
import type { Answer, Ask, HttpRequest, HttpResponse, Issuer, Particular, Subject } from '../model/index.ts';
import { companionOf, needsCompanions } from './exchange/companions.ts';
import { question } from './exchange/question.ts';
import { active, inactive, unknown } from './reading/answers.ts';

const VERSION = '2021-12-02';
const PUBLIC_SUFFIX = 'core.windows.net';

/**
 * Azure Storage. A key signs a question about its account and is never sent. A shared access signature only goes in a URL, so it
 * is not asked; what it may do and until when stands in it.
 */
export const issuer: Issuer = {
  id: 'azure-storage',
  name: 'Azure Storage',
  kinds: ['azure-storage-key', 'azure-sas'],
  publicBaseUrl: `https://blob.${PUBLIC_SUFFIX}`,
  regionalHosts: [`*.blob.${PUBLIC_SUFFIX}`],
  locate: (subject) => {
    const account = accountOf(subject);
    return account === undefined ? undefined : new URL(`https://${account}.blob.${PUBLIC_SUFFIX}`);
  },
  proof: { how: 'document', reference: 'Azure Storage REST API: Get Account Information, Authorize with Shared Key, common error codes; AuthenticationErrorDetail as in Azure/azure-sdk-for-net issue 4078' },
  introspect: { method: 'GET ?restype=account&comp=properties', run: introspect, particular },
};

function accountOf(subject: Subject): string | undefined {
  const account = companionOf(subject, 'account');
  return account !== undefined && /^[a-z0-9]{3,24}$/.test(account) ? account : undefined;
}

function particular(subject: Subject): Particular {
  if (subject.rule.id === 'azure-sas') return { impossible: { why: 'no-introspection', detail: 'a shared access signature can only be tried in a URL, where it would end in logs; its own text says what it may do and until when' } };
  const suffix = companionOf(subject, 'suffix');
  // Names of accounts are unique in one cloud only.
  if (suffix !== undefined && suffix.toLowerCase() !== PUBLIC_SUFFIX && subject.store.source === 'built-in') return { impossible: { why: 'host-not-known', detail: 'its connection string names another cloud than the public one' } };
  return accountOf(subject) === undefined ? needsCompanions({ ...subject, companions: subject.companions.filter(({ name }) => name !== 'account') }, 'account') : {};
}

function introspect(ask: Ask): Promise<Answer> {
  return question(ask, signed(ask, accountOf(ask) ?? ''), (response) => judge(response, accountOf(ask)));
}

function judge(response: HttpResponse, account: string | undefined): Answer | undefined {
  const { status, headers, body } = response;
  const sku = headers['x-ms-sku-name'];
  if (status === 200 && sku !== undefined && headers['x-ms-request-id'] !== undefined) return active({ sub: account, notes: { account: [headers['x-ms-account-kind'], sku].filter((one) => one !== undefined).join(', ') } });
  const code = headers['x-ms-error-code'];
  if (status === 403 && code === 'AuthenticationFailed' && /<AuthenticationErrorDetail>The MAC signature found in the HTTP request/.test(body)) return inactive('Azure Storage answers AuthenticationFailed: neither key of the account makes this signature');
  if (status === 403 && code !== undefined) return unknown('ambiguous', `answered 403 ${/^[A-Za-z]{3,60}$/.test(code) ? code : ''}: a firewall, or an account that takes no keys, says nothing of this one`);
  return undefined;
}

/** Authorize with Shared Key, version 2015-02-21 and later: an empty body, no standard headers. */
function signed({ store, secret, now }: Ask, account: string): HttpRequest {
  const url = new URL(`${store.baseUrl.href.replace(/\/+$/, '')}/?restype=account&comp=properties`);
  const date = now().toUTCString();
  const text = ['GET', ...Array.from({ length: 11 }, () => ''), `x-ms-date:${date}`, `x-ms-version:${VERSION}`, `/${account}${url.pathname}`, 'comp:properties', 'restype:account'].join('\n');
  const signature = createHmac('sha256', Buffer.from(secret.reveal(), 'base64')).update(text, 'utf8').digest('base64');
  return { method: 'GET', url, headers: { accept: 'application/xml', 'x-ms-date': date, 'x-ms-version': VERSION, authorization: `SharedKey ${account}:${signature}` } };
}
