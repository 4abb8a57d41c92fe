import { describe, expect, it } from 'vitest';
import { openInventory } from '../../../src/inventory/index.ts';
import type { Introspection } from '../../../src/model/index.ts';

const NOW = new Date('2026-11-22T12:00:00.000Z');
const MINUTE_MS = 60_000;
const ago = (minutes: number): Date => new Date(NOW.getTime() - minutes * MINUTE_MS);
const active = (minutes: number): Introspection => ({
  status: 'active',
  facts: { sub: 'ana', scopes: ['api'], iat: ago(99), exp: 'never', lastUsedAt: ago(1), uses: [{ at: ago(2), address: '192.0.2.1' }], notes: { cidr: 'none' } },
  at: ago(minutes),
  method: 'gitlab:GET /x',
  store: 'lab',
  host: 'lab.example',
});

describe('answers of issuers', () => {
  it('come back as they were, dates as dates, and old ones are forgotten', async () => {
    const inventory = await openInventory(':memory:', { now: () => NOW });
    const dead: Introspection = { status: 'inactive', reason: 'revoked', at: ago(3), method: 'm' };
    await inventory.keepAnswers(new Map([['a', active(1)], ['b', dead], ['c', active(30)]]));
    expect(await inventory.answers(ago(10))).toEqual(new Map([['a', active(1)], ['b', dead]]));
    expect((await inventory.answers(ago(60))).has('c')).toBe(false);
    await inventory.keepAnswers(new Map([['a', { ...dead, at: NOW }]]));
    expect((await inventory.answers(ago(10))).get('a')).toMatchObject({ status: 'inactive', at: NOW });
    await inventory.forgetAnswers();
    expect((await inventory.answers(ago(10))).size).toBe(0);
    await inventory.close();
  });

  it('that are unknown, or were never asked for, are not kept', async () => {
    const inventory = await openInventory(':memory:', { now: () => NOW });
    await inventory.keepAnswers(new Map<string, Introspection>([
      ['a', { status: 'unknown', why: 'timeout', detail: 'x', at: NOW, method: 'm' }],
      ['b', { status: 'notAttempted', why: 'no-issuer', detail: 'x', at: NOW, method: 'm' }],
    ]));
    expect((await inventory.answers(ago(10))).size).toBe(0);
    await inventory.close();
  });

  it('twenty thousand are kept and read in little time', async () => {
    const inventory = await openInventory(':memory:', { now: () => NOW });
    const startedAt = performance.now();
    await inventory.keepAnswers(new Map(Array.from({ length: 20_000 }, (_, number) => [`id-${number}`, active(1)])));
    expect((await inventory.answers(ago(10))).size).toBe(20_000);
    expect(performance.now() - startedAt).toBeLessThan(20_000);
    await inventory.close();
  });
});
