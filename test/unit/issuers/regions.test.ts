import { describe, expect, it } from 'vitest';
import { inEveryRegion, tellEveryRegion } from '../../../src/issuers/exchange/regions.ts';
import { accepted, active, inactive, refused, uncertain, unknown } from '../../../src/issuers/reading/answers.ts';
import type { Answer, Ask, Mutation } from '../../../src/model/index.ts';
import { makeCredential, makeToken } from './make-credential.ts';
import { makeStore, NOW } from './make-verifier.ts';

const { rule, secret, companions } = makeCredential('any', makeToken('t', 30));
const ask: Ask = {
  rule,
  secret,
  companions,
  store: makeStore('any', 'https://us.example', { endpoints: { 'region-eu': new URL('https://eu.example'), 'region-ap': new URL('https://ap.example'), token: new URL('https://login.example') } }),
  now: () => NOW,
  send: () => Promise.reject(new Error('not reached')),
};

/** Asks with one prepared answer for each host, and tells which hosts were asked. */
async function asked(answers: Readonly<Record<string, Answer>>): Promise<{ readonly answer: Answer; readonly hosts: readonly string[] }> {
  const hosts: string[] = [];
  const answer = await inEveryRegion(ask, ({ store }) => {
    hosts.push(store.baseUrl.host);
    return Promise.resolve(answers[store.baseUrl.host] ?? inactive('not here'));
  });
  return { answer, hosts };
}

describe('a credential that does not name its region', () => {
  it('is dead only when every region says so', async () => {
    expect(await asked({})).toEqual({ answer: inactive('not here'), hosts: ['us.example', 'eu.example', 'ap.example'] });
    expect((await asked({ 'eu.example': unknown('server-error', 'answered 500') })).answer).toMatchObject({ status: 'unknown', why: 'server-error' });
  });

  it('is alive where one region knows it, which is noted beside what that region said', async () => {
    const { answer, hosts } = await asked({ 'us.example': unknown('ambiguous', 'a 403'), 'eu.example': active({ sub: 'ana', notes: { role: 'admin' } }) });
    expect(answer).toEqual({ status: 'active', facts: { sub: 'ana', notes: { role: 'admin', region: 'eu.example' } } });
    expect(hosts).toEqual(['us.example', 'eu.example']);
  });

  it.each(['throttled', 'timeout', 'network'] as const)('keeps nobody waiting for further hosts after one that ends in %s', async (why) => {
    const { answer, hosts } = await asked({ 'us.example': unknown(why, 'x') });
    expect(answer).toMatchObject({ status: 'unknown', why });
    expect(hosts).toEqual(['us.example']);
  });

  it('is told to every region until one takes the order; a doubt is not a refusal', async () => {
    const told = (answers: Readonly<Record<string, Mutation>>): Promise<Mutation> => tellEveryRegion(ask, ({ store }) => Promise.resolve(answers[store.baseUrl.host] ?? refused('answered 404')));
    expect(await told({ 'ap.example': accepted('answered 204') })).toEqual(accepted('answered 204'));
    expect(await told({ 'eu.example': uncertain('timeout', 'x') })).toEqual(uncertain('timeout', 'x'));
    expect(await told({})).toEqual(refused('answered 404'));
  });
});
