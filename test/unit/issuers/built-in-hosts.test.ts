import { describe, expect, it } from 'vitest';
import { builtInStores } from '../../../src/issuers/ask/built-in-stores.ts';
import { egressOf } from '../../../src/issuers/ask/egress.ts';
import { located } from '../../../src/issuers/ask/locate.ts';
import { issuer as mailchimp } from '../../../src/issuers/mailchimp.ts';
import { issuer as sentry } from '../../../src/issuers/sentry.ts';
import { ISSUERS } from '../../../src/issuers/registry.ts';
import { makeCredential, makeToken } from './make-credential.ts';
import { makeStore } from './make-verifier.ts';

const organizationToken = (issuerUrl?: string) => makeCredential('sentry-org-token', makeToken('sntrys_', 80), issuerUrl === undefined ? {} : { facts: { issuerUrl } });
const sentryIo = makeStore('sentry', 'https://sentry.io', { source: 'built-in' });
const why = (credential: ReturnType<typeof makeCredential>): string | undefined => sentry.introspect?.particular?.({ ...credential, store: sentryIo }).impossible?.why;

describe('a Sentry token', () => {
  it('is asked at the region that it names, when that lies below sentry.io', () => {
    const credential = organizationToken('https://de.sentry.io');
    expect(located(sentryIo, sentry, credential).baseUrl.href).toBe('https://de.sentry.io/');
    expect(why(credential)).toBeUndefined();
  });

  it.each(['https://sentry.example.com', 'https://sentry.io.example.com', 'https://notsentry.io', 'http://de.sentry.io.', 'x'])('that names %s is never sent to sentry.io nor there', (url) => {
    const credential = organizationToken(url);
    expect(located(sentryIo, sentry, credential).baseUrl.host).not.toBe(URL.parse(url)?.host);
    expect(why(credential)).toBe('host-not-known');
  });

  it('of a kind that names no host needs a configured store', () => {
    expect(why(organizationToken())).toBe('host-not-known');
    expect(why(makeCredential('sentry-user-token', makeToken('sntryu_', 64)))).toBe('host-not-known');
    const own = makeStore('sentry', 'https://sentry.io');
    expect(sentry.introspect?.particular?.({ ...makeCredential('sentry-user-token', makeToken('sntryu_', 64)), store: own })).toEqual({});
  });
});

describe('a Mailchimp key', () => {
  const builtIn = makeStore('mailchimp', 'https://us1.api.mailchimp.com', { source: 'built-in' });

  it('is asked at the data centre that stands at its end', () => {
    expect(located(builtIn, mailchimp, makeCredential('mailchimp-api-key', `${makeToken('', 32)}-us14`)).baseUrl.host).toBe('us14.api.mailchimp.com');
  });

  it('cannot name any other host', () => {
    expect(located(builtIn, mailchimp, makeCredential('mailchimp-api-key', `${makeToken('', 32)}-us1.evil.example/`)).baseUrl.host).toBe('us1.api.mailchimp.com');
  });
});

describe('what would leave the machine', () => {
  it('names every host on which a built-in store may ask, and only the configured one of a configured store', () => {
    const credential = makeCredential('typeform-pat', makeToken('tfp_', 59));
    const issuer = ISSUERS.find(({ id }) => id === 'typeform');
    const builtIn = builtInStores({}).find(({ id }) => id === 'typeform');
    if (issuer === undefined || builtIn === undefined) throw new Error('typeform is built in');
    expect(egressOf([credential], () => ({ store: builtIn, issuer })).map(({ host }) => host)).toEqual(['api.eu.typeform.com', 'api.typeform.com']);
    const own = makeStore('typeform', 'https://api.eu.typeform.com');
    expect(egressOf([credential], () => ({ store: own, issuer })).map(({ host }) => host)).toEqual(['api.eu.typeform.com']);
  });
});
