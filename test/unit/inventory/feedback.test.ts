import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openInventory, type Inventory } from '../../../src/inventory/index.ts';
import { findingOf } from '../respond/world.ts';
import { resultOf } from './result.ts';

let inventory: Inventory;
beforeEach(async () => {
  inventory = await openInventory(':memory:', { now: () => new Date('2026-11-22T12:00:00.000Z') });
});
afterEach(() => inventory.close());

const said = { id: '0123', rule: 'some-rule', fingerprint: 'tw1:00', kind: 'false-positive', actor: 'ana' } as const;

describe('the record of rules', () => {
  it('is empty before anything was found', async () => {
    expect(await inventory.ruleRecords()).toEqual([]);
  });

  it('counts what was found by what issuers said, and what people said of it', async () => {
    const finding = findingOf();
    await inventory.remember(resultOf([finding]), '{}');
    const rule = finding.credential.rule.id;
    const [before] = await inventory.ruleRecords();
    expect(before).toEqual({ rule, seen: 1, active: finding.introspection.status === 'active' ? 1 : 0, inactive: 0, falsePositives: 0, shapes: [] });
    await inventory.recordFeedback({ ...said, id: finding.id, rule, shape: '<hex:32>', reason: 'a build number' });
    expect((await inventory.ruleRecords())[0]).toMatchObject({ rule, seen: 1, falsePositives: 1, shapes: ['<hex:32>'] });
  });

  it('counts a finding once however often it was said, and rules that found nothing on this machine', async () => {
    await inventory.recordFeedback({ ...said, shape: '<hex:32>' });
    await inventory.recordFeedback(said);
    await inventory.recordFeedback({ ...said, id: '4567', shape: '<base62:20>' });
    expect(await inventory.ruleRecords()).toEqual([{ rule: 'some-rule', seen: 0, active: 0, inactive: 0, falsePositives: 2, shapes: ['<base62:20>'] }]);
  });
});
