import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openInventory, type Inventory } from '../../../src/inventory/index.ts';
import type { Finding } from '../../../src/model/index.ts';
import { credentialOf, introspectionOf, NOW } from '../policy/record.ts';
import { resultOf } from './result.ts';

const later = (days: number): Date => new Date(NOW.getTime() + days * 86_400_000);

function findingOf(id: string, facts?: Readonly<Record<string, unknown>>): Finding {
  const introspection = facts === undefined ? introspectionOf({ status: 'unknown', why: 'timeout', detail: '' }) : introspectionOf({ status: 'active', facts });
  return { id, credential: credentialOf(), introspection, verdicts: [], severity: 'high', ruleId: 'example-token', failing: true };
}

describe('what is remembered for judging', () => {
  let inventory: Inventory;
  let now = NOW;
  beforeEach(async () => {
    now = NOW;
    inventory = await openInventory(':memory:', { now: () => now });
  });
  afterEach(() => inventory.close());

  const run = (day: number, ...findings: readonly Finding[]): Promise<void> => inventory.remember(resultOf(findings, { id: `run-${day}`, startedAt: later(day), finishedAt: later(day) }), '{}');
  const scopes = async (id = 'a'): Promise<readonly string[] | undefined> => (await inventory.remembered([id])).get(id)?.recordedScopes?.scopes;

  it('begins when a finding is first seen, whoever answers', async () => {
    await run(0, findingOf('a'));
    await run(3, findingOf('a', {}));
    await run(5, findingOf('a'));
    expect((await inventory.remembered(['a', 'b'])).get('a')).toMatchObject({ firstSeenAt: NOW, lastAnswerAt: NOW });
    expect((await inventory.remembered(['a', 'b'])).has('b')).toBe(false);
  });

  it('records scopes once, takes away what is gone, and adds nothing by itself', async () => {
    await run(0, findingOf('a', { scopes: ['read', 'write'] }));
    expect(await scopes()).toEqual(['read', 'write']);
    await run(1, findingOf('a', { scopes: ['admin', 'read', 'write'] }));
    expect((await inventory.remembered(['a'])).get('a')?.recordedScopes).toEqual({ scopes: ['read', 'write'], at: NOW });
    await run(2, findingOf('a', { scopes: ['read'] }));
    expect((await inventory.remembered(['a'])).get('a')?.recordedScopes).toEqual({ scopes: ['read'], at: later(2) });
    await run(3, findingOf('a', { scopes: ['read', 'write'] }));
    expect(await scopes()).toEqual(['read']);
  });

  it('keeps the record while an issuer is silent', async () => {
    await run(0, findingOf('a', { scopes: ['read'] }));
    await run(1, findingOf('a'));
    await run(2, findingOf('a', {}));
    expect(await scopes()).toEqual(['read']);
  });

  it('keeps the last use that was not our own question', async () => {
    const use = async (): Promise<unknown> => (await inventory.remembered(['a'])).get('a')?.earlierUse;
    // Every answer of the fixture is given at NOW: what moved there was moved by asking.
    await run(0, findingOf('a', { lastUsedAt: later(-40).toISOString() }));
    expect(await use()).toEqual({ askedAt: NOW, said: later(-40), genuine: later(-40) });
    await run(1, findingOf('a', { lastUsedAt: NOW.toISOString() }));
    expect(await use()).toEqual({ askedAt: NOW, said: NOW, genuine: later(-40) });
    await run(2, findingOf('a', { lastUsedAt: later(-1).toISOString() }));
    expect(await use()).toMatchObject({ genuine: later(-1) });
    await run(3, findingOf('a'));
    expect(await use()).toMatchObject({ said: later(-1), genuine: later(-1) });
  });

  it('tells no scopes from none', async () => {
    await run(0, findingOf('a', { scopes: [] }), findingOf('b', {}));
    expect(await scopes('a')).toEqual([]);
    expect(await scopes('b')).toBeUndefined();
  });

  it('an owner\'s word replaces the record and the word before', async () => {
    await run(0, findingOf('a', { scopes: ['read'] }));
    now = later(4);
    const word = { id: 'a', rule: 'example-token', fingerprint: 'tw1:0', owner: 'ana', purpose: 'deploys', scopes: ['write', 'read'], actor: 'ana' };
    await inventory.recordAttestation({ ...word, owner: 'bob' });
    now = later(5);
    await inventory.recordAttestation(word);
    expect((await inventory.remembered(['a'])).get('a')).toMatchObject({ attestation: { owner: 'ana', purpose: 'deploys', scopes: ['read', 'write'], at: later(5), by: 'ana' }, recordedScopes: { scopes: ['read', 'write'], at: later(5) } });
  });

  it('remembers what is not reported, too', async () => {
    await inventory.remember(resultOf([]), '{}', [findingOf('a', { scopes: ['read'] })]);
    expect(await scopes()).toEqual(['read']);
  });
});
