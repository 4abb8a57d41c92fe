import { describe, expect, it } from 'vitest';
import type { Introspection, ListEnd, TokenUse } from '../../../src/model/index.ts';
import { answerKey } from '../../../src/pipeline/findings.ts';
import { withUses, type UsesOptions } from '../../../src/pipeline/uses.ts';
import { makeCredential, makeToken } from '../issuers/make-credential.ts';

const NOW = new Date('2026-11-22T12:00:00Z');
const LEAKED = '2026-11-20T10:00:00Z';
const region = { startLine: 1, startColumn: 1, endLine: 1, endColumn: 2 };
const leaked = makeCredential('launchdarkly-access-token', makeToken('', 40), { occurrences: [{ origin: { kind: 'commit', blob: 'b', path: 'a.env', committedAt: LEAKED, reachable: true }, region, role: 'text' }] });
const active: Introspection = { status: 'active', facts: { tokenId: 't1' }, at: NOW, method: 'x', store: 'lab' };
const use = (at: string): TokenUse => ({ at: new Date(at), address: '203.0.113.9' });

async function* logOf(uses: readonly TokenUse[], end: ListEnd = { complete: true }): AsyncGenerator<TokenUse, ListEnd> {
  await Promise.resolve();
  yield* uses;
  return end;
}

async function factsAfter(uses: UsesOptions['uses'], credential = leaked, introspection: Introspection = active) {
  const told = await withUses([credential], new Map([[answerKey(credential), introspection]]), { uses, surroundings: undefined, ids: ['f'], now: NOW });
  const answer = told.get(answerKey(credential));
  return answer?.status === 'active' ? answer.facts : undefined;
}

describe('uses since a leak', () => {
  it('come from the log of the store that answered, since the commit', async () => {
    const asked: unknown[] = [];
    const facts = await factsAfter((...given) => {
      asked.push(given);
      return logOf([use('2026-11-21T00:00:00Z')]);
    });
    expect(asked).toEqual([['lab', 't1', new Date(LEAKED)]]);
    expect(facts).toMatchObject({ uses: [{ address: '203.0.113.9' }] });
    expect(facts).not.toHaveProperty('usesPartial');
  });

  it('are not our own questions', async () => {
    expect(await factsAfter(() => logOf([use('2026-11-22T11:59:30Z')]))).toMatchObject({ uses: [] });
  });

  it('stay unsaid where there is no log, no id, or a log that broke off before it told anything', async () => {
    expect(await factsAfter(() => undefined)).not.toHaveProperty('uses');
    expect(await factsAfter(() => logOf([]), leaked, { ...active, facts: {} })).not.toHaveProperty('uses');
    expect(await factsAfter(() => logOf([], { complete: false, why: 'timeout', detail: 'no answer' }))).not.toHaveProperty('uses');
  });

  it('say when the log was read in part', async () => {
    const many = Array.from({ length: 5000 }, () => use('2026-11-21T00:00:00Z'));
    expect(await factsAfter(() => logOf(many))).toMatchObject({ usesPartial: 'only the newest 100 were read' });
    expect(await factsAfter(() => logOf([use('2026-11-21T00:00:00Z')], { complete: false, why: 'throttled', detail: 'answered 429' }))).toMatchObject({ uses: [{}], usesPartial: 'answered 429' });
  });

  it('are not asked for of tokens that are only listed, or dead', async () => {
    const uses: UsesOptions['uses'] = () => {
      throw new Error('asked');
    };
    const listed = makeCredential('launchdarkly-access-token', makeToken('', 40), { occurrences: [{ origin: { kind: 'issuer', store: 'lab', tokenId: 't1' }, region, role: 'text' }] });
    expect(await factsAfter(uses, listed)).toEqual({ tokenId: 't1' });
    expect(await factsAfter(uses, leaked, { status: 'inactive', reason: 'revoked', at: NOW, method: 'x', store: 'lab' })).toBeUndefined();
  });
});
