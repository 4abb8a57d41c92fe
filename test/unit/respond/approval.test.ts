import { describe, expect, it } from 'vitest';
import type { Approval, AuditRecord, Plan, RespondPolicy, WardenError } from '../../../src/model/index.ts';
import { makeKeyPair, readApprovals, readPrivateKey, readReviews, requireApproved, signPlan, writeApproval } from '../../../src/respond/index.ts';
import { KEYS, respondPolicy } from './policy.ts';
import { NOW, findingOf, madeUp, planOf } from './world.ts';

const PLAN = planOf([findingOf()], { requestedBy: 'ANA-gh' });
const sign = (who: keyof typeof KEYS, more: { plan?: Plan; role?: Approval['role']; policy?: RespondPolicy; now?: Date; reason?: string } = {}): Approval =>
  signPlan(more.plan ?? PLAN, { role: more.role ?? 'approve', key: KEYS[who], policy: more.policy ?? respondPolicy(), now: more.now ?? NOW, ...(more.reason === undefined ? {} : { reason: more.reason }) });
const codeOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    return (error as WardenError).code;
  }
  return 'none';
};
const LATER = new Date(NOW.getTime() + 60_000);

describe('an approved plan', () => {
  it('may be applied on the word of somebody other than its requester', () => {
    const { authority, ignored } = requireApproved(PLAN, [sign('ben')], respondPolicy(), LATER);
    expect(authority).toMatchObject({ kind: 'approved', by: ['ben'], signed: [{ by: 'ben', role: 'approve' }] });
    expect(ignored).toEqual([]);
  });

  it('needs no signature where policy wants none', () => {
    expect(requireApproved(PLAN, [], respondPolicy({ required: 0 }), LATER).authority).toMatchObject({ kind: 'person', by: [] });
  });

  it('survives being written and read', () => {
    const text = writeApproval(sign('ben')) + writeApproval(sign('cem', { reason: 'seen' }));
    expect(requireApproved(PLAN, readApprovals(text), respondPolicy({ required: 2 }), LATER).authority.by).toEqual(['ben', 'cem']);
  });
});

describe('an approval does not count', () => {
  const good = sign('ben');
  const elsewhere = planOf([findingOf({ value: madeUp(7) })], { requestedBy: 'ANA-gh' });
  it.each<[string, string, readonly Approval[], Partial<RespondPolicy>?, Date?]>([
    ['where there is none', 'PLAN_UNAPPROVED', []],
    ['twice from one person', 'PLAN_UNAPPROVED', [good, good], { required: 2 }],
    ['of another plan (replayed)', 'APPROVAL_OTHER_PLAN', [sign('ben', { plan: elsewhere })]],
    ['put on another plan', 'APPROVAL_FORGED', [{ ...sign('ben', { plan: elsewhere }), plan: PLAN.digest }]],
    ['of somebody who is not listed', 'APPROVAL_FORGED', [{ ...good, by: 'eve' }]],
    ['signed by one, named as another', 'APPROVAL_FORGED', [{ ...good, by: 'cem' }]],
    ['kept alive', 'APPROVAL_FORGED', [{ ...good, until: '2099-01-01T00:00:00.000Z' }]],
    ['made an approval out of a request', 'APPROVAL_FORGED', [{ ...sign('ben', { role: 'request' }), role: 'approve' }]],
    ['with another signature', 'APPROVAL_FORGED', [{ ...good, signature: sign('cem').signature }]],
    ['when its time is over', 'APPROVAL_STALE', [good], {}, new Date(NOW.getTime() + 3_600_000)],
    ['when policy was shortened meanwhile', 'APPROVAL_STALE', [good], { validForMs: 30_000 }, LATER],
    ['from the future', 'APPROVAL_STALE', [sign('ben', { now: new Date(NOW.getTime() + 600_000) })]],
    ['older than its plan', 'APPROVAL_STALE', [sign('ben', { now: new Date(NOW.getTime() - 600_000) })]],
    ['that only asks for it', 'PLAN_UNAPPROVED', [sign('ben', { role: 'request' })]],
    ['of whom policy dropped since', 'APPROVAL_FORGED', [good], { people: respondPolicy().people.filter(({ name }) => name !== 'ben') }],
  ])('%s', (_, code, approvals, policy = {}, now = LATER) => {
    expect(codeOf(() => requireApproved(PLAN, approvals, respondPolicy(policy), now))).toBe(code);
  });

  it('of the requester, under any of their names, neither when signing nor when applying', () => {
    expect(codeOf(() => sign('ana'))).toBe('PLAN_SELF_APPROVED');
    const anonymous = respondPolicy({ people: respondPolicy().people.map((person) => ({ ...person, logins: [] })) });
    const slipped = sign('ana', { policy: anonymous });
    expect(codeOf(() => requireApproved(PLAN, [slipped], respondPolicy(), LATER))).toBe('PLAN_SELF_APPROVED');
  });

  it('on a plan that hides its requester, neither when signing nor when applying', () => {
    const hidden = planOf([findingOf()]);
    expect(codeOf(() => sign('ben', { plan: hidden }))).toBe('PLAN_UNAPPROVED');
    const slipped = { ...sign('ben', { plan: { ...hidden, requestedBy: 'x' } }) };
    expect(codeOf(() => requireApproved(hidden, [slipped], respondPolicy(), LATER))).toBe('PLAN_UNAPPROVED');
    expect(requireApproved(hidden, [], respondPolicy({ required: 0 }), LATER).authority.kind).toBe('person');
  });

  it('of one who asked for it and approves it, whatever name the plan gives as its requester', () => {
    const forged = planOf([findingOf()], { requestedBy: 'ci' });
    const both = [sign('ben', { plan: forged, role: 'request' }), sign('ben', { plan: forged })];
    expect(codeOf(() => requireApproved(forged, both, respondPolicy(), LATER))).toBe('PLAN_UNAPPROVED');
  });
});

describe('four eyes', () => {
  const policy = respondPolicy({ fourEyes: true });
  const ci = planOf([findingOf()], { requestedBy: 'ci' });
  it('are two people who signed: the requester and another, or two others', () => {
    expect(codeOf(() => requireApproved(ci, [sign('ben', { plan: ci })], policy, LATER))).toBe('PLAN_UNAPPROVED');
    expect(requireApproved(ci, [sign('ben', { plan: ci }), sign('cem', { plan: ci })], policy, LATER).authority.by).toEqual(['ben', 'cem']);
    expect(requireApproved(PLAN, [sign('ana', { role: 'request' }), sign('ben')], policy, LATER).authority.by).toEqual(['ben']);
  });
});

describe('breaking the glass', () => {
  const glass = sign('ben', { role: 'break-glass', reason: 'nobody answers' });
  it('takes one listed responder and a reason', () => {
    expect(requireApproved(PLAN, [], respondPolicy(), LATER, glass).authority).toMatchObject({ kind: 'break-glass', by: ['ben'], reason: 'nobody answers' });
    expect(codeOf(() => requireApproved(PLAN, [], respondPolicy(), LATER, sign('cem', { role: 'break-glass', reason: 'x' })))).toBe('BREAK_GLASS_REFUSED');
    expect(codeOf(() => requireApproved(PLAN, [], respondPolicy(), LATER, sign('ben', { role: 'break-glass' })))).toBe('BREAK_GLASS_REFUSED');
    expect(codeOf(() => requireApproved(PLAN, [], respondPolicy(), LATER, { ...glass, reason: 'another' }))).toBe('BREAK_GLASS_REFUSED');
  });

  it('is nothing that lies in a file', () => {
    expect(codeOf(() => requireApproved(PLAN, [glass], respondPolicy(), LATER))).toBe('PLAN_UNAPPROVED');
  });
});

describe('keys', () => {
  it('that are none are refused without a piece of them', () => {
    const odd = '-----BEGIN PRIVATE KEY-----\nnot-shown\n-----END PRIVATE KEY-----';
    expect(() => readPrivateKey(odd)).toThrow(/holds no private key/);
    try {
      readPrivateKey(odd);
    } catch (error) {
      expect(JSON.stringify(error) + String(error)).not.toContain('not-shown');
    }
  });

  it('are what policy lists them as', () => {
    const { publicKey, privatePem } = makeKeyPair();
    expect(publicKey).toMatch(/^MCowBQYDK2VwAyEA[A-Za-z0-9+/]{43}=$/);
    expect(readPrivateKey(privatePem).publicKey).toBe(publicKey);
  });

  it('of nobody sign nothing', () => {
    expect(codeOf(() => sign('eve'))).toBe('KEY_UNKNOWN');
  });
});

describe('a file of approvals', () => {
  it.each([['no JSON', '{'], ['no approval', '{"plan":1}'], ['an added member', JSON.stringify({ ...sign('ben'), extra: 1 })]])('with %s is refused', (_, text) => {
    expect(codeOf(() => readApprovals(text))).toBe('APPROVAL_INVALID');
  });
});

describe('reviews', () => {
  it('of two who broke the glass for one plan stay open until others closed each', async () => {
    const record = (event: string, by: string, seq: number): AuditRecord => ({ seq, prev: '0'.repeat(64), at: NOW.toISOString(), run: 'r', actor: by, event, detail: { plan: 'p', by, reason: 'x' } });
    const opened = [record('review.opened', 'ben', 1), record('review.opened', 'cem', 2), record('review.closed', 'ben', 3)];
    expect((await readReviews(opened)).map(({ by, closed }) => [by, closed?.by])).toEqual([['ben', undefined], ['cem', 'ben']]);
    expect((await readReviews([...opened, record('review.closed', 'ana', 4)])).map(({ by, closed }) => [by, closed?.by])).toEqual([['ben', 'ana'], ['cem', 'ben']]);
  });
});
