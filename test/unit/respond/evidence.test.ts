import { describe, expect, it } from 'vitest';
import type { AuditRecord } from '../../../src/model/index.ts';
import { collectEvidence } from '../../../src/respond/index.ts';

const HOUR = 3_600_000;
const START = Date.parse('2026-11-01T00:00:00Z');
const at = (hours: number): Date => new Date(START + hours * HOUR);

function record(hours: number, event: string, detail: Readonly<Record<string, unknown>>, fingerprint?: string): AuditRecord {
  return { seq: 1, prev: '', at: at(hours).toISOString(), run: `run-${Math.floor(hours)}`, actor: 'ana', event, detail, ...(fingerprint === undefined ? {} : { fingerprint }) };
}

const live = (hours: number, finding: string, severity: string): AuditRecord => record(hours, 'finding.live', { finding, rule: 'example-token', severity, owners: ['@team'], exposedSince: '2026-10-01T00:00:00.000Z' }, `tw1:${finding}`);
const audit = (hours: number, policy = 'p1'): AuditRecord => record(hours, 'audit.finished', { policy, respond: 'r1', catalogue: 'c1', coverage: { complete: true } });

const LEDGER = [
  live(1, 'quick', 'critical'),
  live(1, 'slow', 'critical'),
  live(1, 'open', 'high'),
  audit(1.1),
  record(1.5, 'page.queued', { findings: ['quick', 'open'] }),
  record(2, 'apply.started', { plan: 'd1', authority: 'approved', approvedBy: ['ben'] }),
  record(2, 'apply.result', { plan: 'd1', action: 'a1', kind: 'revoke', finding: 'quick', rule: 'example-token', status: 'done', proof: { method: 'm' } }, 'tw1:quick'),
  record(2, 'finding.waived', { finding: 'w', owner: 'ana', approvedBy: 'ben', expires: '2027-01-01' }),
  live(9, 'slow', 'critical'),
  audit(9, 'p2'),
  record(10, 'introspect.answered', { status: 'inactive' }, 'tw1:slow'),
  record(11, 'review.opened', { plan: 'd2', by: 'cem', reason: 'INC' }),
  record(40, 'audit.finished', { policy: 'later' }),
];

async function* records(): AsyncGenerator<AuditRecord> {
  yield* LEDGER;
}

describe('the audit pack', () => {
  const sla = { toldMs: HOUR, deadMs: { critical: 4 * HOUR, high: 100 * HOUR } };
  it('has each finding\'s times against the promises, in hours since it was detected', async () => {
    const { findings } = await collectEvidence(records(), { from: at(0), to: at(24), now: at(48), sla });
    expect(findings).toMatchObject([
      { finding: 'quick', exposedAt: '2026-10-01T00:00:00.000Z', detectedAt: at(1).toISOString(), toldAt: at(1.5).toISOString(), deadAt: at(2).toISOString(), owners: ['@team'], sla: { told: { kept: 'yes', tookMs: HOUR / 2 }, dead: { kept: 'yes', tookMs: HOUR } } },
      { finding: 'slow', deadAt: at(10).toISOString(), sla: { told: { kept: 'no' }, dead: { kept: 'no', tookMs: 9 * HOUR } } },
      { finding: 'open', sla: { told: { kept: 'yes' }, dead: { kept: 'pending' } } },
    ]);
    expect(findings[2]).not.toHaveProperty('deadAt');
  });

  it('has actions with approvers and proofs, policy versions, waivers with approvers, and open reviews', async () => {
    const pack = await collectEvidence(records(), { from: at(0), to: at(24), now: at(48), sla });
    expect(pack.actions).toEqual([{ plan: 'd1', action: 'a1', kind: 'revoke', finding: 'quick', rule: 'example-token', at: at(2).toISOString(), result: 'done', actor: 'ana', authority: 'approved', approvedBy: ['ben'], proof: { method: 'm' } }]);
    expect(pack.policies).toMatchObject([{ policy: 'p1', audits: 1 }, { policy: 'p2', audits: 1 }]);
    expect(pack.waivers).toMatchObject([{ finding: 'w', owner: 'ana', approvedBy: 'ben' }]);
    expect(pack.reviews).toMatchObject([{ by: 'cem', reason: 'INC' }]);
    expect(pack.audits).toHaveLength(2);
  });

  it('of a later time still knows what was open then', async () => {
    const { findings, actions, audits } = await collectEvidence(records(), { from: at(5), to: at(24), now: at(48) });
    expect(findings.map(({ finding, sla: promises }) => [finding, promises])).toEqual([['slow', {}], ['open', {}]]);
    expect([actions.length, audits.length]).toEqual([0, 1]);
  });

  it('is told anew of what lives again after its death', async () => {
    async function* again(): AsyncGenerator<AuditRecord> {
      yield* LEDGER.slice(0, -1);
      yield live(20, 'quick', 'critical');
    }
    const { findings } = await collectEvidence(again(), { from: at(12), to: at(24), now: at(48), sla });
    expect(findings.find(({ finding }) => finding === 'quick')).toMatchObject({ detectedAt: at(20).toISOString(), sla: { dead: { kept: 'pending' } } });
  });
});
