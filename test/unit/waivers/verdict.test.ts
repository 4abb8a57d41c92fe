import { describe, expect, it } from 'vitest';
import { applyBook, bookOf, verdictOf, writeVerdict } from '../../../src/waivers/index.ts';
import { readVerdict } from '../../../src/waivers/verdict.ts';
import { entryOf, findingOf, NOW, type Known } from './finding.ts';

const recorded = (known: Known): string => writeVerdict(verdictOf(findingOf(known)));
const active = (scopes: readonly string[] | undefined, ...violations: readonly string[]): Known => ({ introspection: { status: 'active', ...(scopes === undefined ? {} : { scopes }) }, violations });
const unverified = (...violations: readonly string[]): Known => ({ violations });
const dead: Known = { introspection: { status: 'inactive' } };
const unknown: Known = { introspection: { status: 'unknown', why: 'timeout' } };

describe('what a waiver remembers of a verdict', () => {
  it.each([
    [unverified(), 'unverified'],
    [unverified('in-url'), 'unverified/in-url'],
    [unknown, 'unverified'],
    [dead, 'inactive'],
    [{ introspection: { status: 'notAttempted', why: 'expired-offline' } }, 'inactive'],
    [active(undefined, 'no-expiry', 'leaked', 'leaked'), 'active/leaked+no-expiry'],
    [active(['repo', 'gist']), expect.stringMatching(/^active\/scopes-[0-9a-f]{12}$/)],
  ])('%j', (known: Known, word) => {
    expect(recorded(known)).toEqual(word);
    expect(writeVerdict(readVerdict(recorded(known)) ?? { status: 'active', violations: ['unread'] })).toBe(recorded(known));
  });

  it('does not mind the order of scopes, but tells none from silence', () => {
    expect(recorded(active(['a', 'b']))).toBe(recorded(active(['b', 'a', 'b'])));
    expect(recorded(active([]))).not.toBe(recorded(active(undefined)));
  });

  it.each(['', 'alive', 'active/', 'active/Leaked', 'active/leaked/scopes-xyz', 'active/scopes-0123456789ab/leaked'])('takes %j for none', (text) => {
    expect(readVerdict(text)).toBeUndefined();
  });
});

describe('a waiver holds', () => {
  const holds = (then: Known | undefined, now: Known, kind: 'waiver' | 'baseline' | 'false-positive' = 'waiver') => {
    const entry = entryOf({ kind, approvedBy: 'bo', ...(then === undefined ? {} : { verdict: recorded(then) }) });
    return applyBook(findingOf(now), bookOf([entry]), NOW);
  };
  it.each<readonly [string, Known | undefined, Known]>([
    ['while nothing changes', active(['repo'], 'leaked'), active(['repo'], 'leaked')],
    ['while its issuer is silent', active(['repo'], 'leaked', 'no-expiry'), unknown],
    ['while nobody asks', active(['repo'], 'leaked'), unverified()],
    ['while its issuer is silent and last called it active, as it was waived', active(['repo'], 'leaked'), { ...unknown, lastKnown: 'active' }],
    ['for a dead one, as it was waived', dead, dead],
    ['without a recorded verdict, while nobody calls it active', undefined, unverified('in-url')],
    ['without a recorded verdict, for a dead one', undefined, dead],
    ['when an offline violation goes away while nobody asks', unverified('in-url'), unverified()],
  ])('%s', (_, then, now) => {
    const after = holds(then, now);
    expect(after).toMatchObject({ failing: false, waiver: { owner: 'ana@example.com', source: 'file' } });
    expect(after.idleWaiver).toBeUndefined();
  });

  it.each<readonly [string, Known | undefined, Known, RegExp]>([
    ['it turns out to be active', unverified(), active(['repo'], 'leaked'), /waived as unverified and is now active/],
    ['it was waived blindly and turns out to be active', undefined, active(['repo']), /its issuer says that it is active, which was not known/],
    ['it was waived blindly and its issuer once called it active', undefined, { ...unverified(), lastKnown: 'active' }, /called it active on 2026-11-01T00:00:00Z/],
    ['it was waived unverified and its issuer called it active since', unverified(), { ...unknown, lastKnown: 'active' }, /called it active on 2026-11-01T00:00:00Z; it was waived as unverified/],
    ['its scopes grow', active(['repo'], 'leaked'), active(['repo', 'admin'], 'leaked'), /its scopes changed/],
    ['its scopes become known', active(undefined, 'leaked'), active(['repo'], 'leaked'), /its scopes changed/],
    ['it violates another check', active(['repo'], 'leaked'), active(['repo'], 'leaked', 'over-scoped'), /waived violating leaked and now violates leaked, over-scoped/],
    ['it violates other checks than then', active(['repo'], 'leaked', 'stale'), active(['repo'], 'leaked'), /now violates leaked/],
    ['it is found in a URL, too, while nobody asks', unverified(), unverified('in-url'), /now violates in-url, too/],
    ['it died', active(['repo'], 'leaked'), dead, /waived as active and is now inactive/],
  ])('no longer when %s', (_, then, now, why) => {
    const after = holds(then, now);
    expect(after.waiver).toBeUndefined();
    expect(after).toMatchObject({ failing: true, idleWaiver: { state: 'void', owner: 'ana@example.com' } });
    expect(after.idleWaiver?.why).toMatch(why);
  });

  it.each([
    ['is', active(['repo'], 'leaked')],
    ['was last', { ...unverified(), lastKnown: 'active' as const }],
  ])('never, as a baseline, for one that %s called active, not even if the baseline says so', (_, now: Known) => {
    expect(holds(now, now, 'baseline')).toMatchObject({ failing: true, idleWaiver: { state: 'void', why: expect.stringContaining('a baseline never covers an active credential') as string } });
    expect(holds(active(['repo'], 'leaked'), now, 'baseline').failing).toBe(true);
  });

  it('never, as a false positive, for one whose issuer knows it', () => {
    expect(holds(unverified(), active([]), 'false-positive')).toMatchObject({ failing: true, idleWaiver: { why: expect.stringContaining('no false positive') as string } });
    expect(holds(unverified(), unverified(), 'false-positive').waiver).toMatchObject({ kind: 'false-positive', approvedBy: 'bo' });
  });
});

describe('the entries of a file', () => {
  it('hold through the end of their last day, and are a finding again after', () => {
    const on = (instant: string) => applyBook(findingOf(), bookOf([entryOf({ expires: '2026-11-22' })]), new Date(instant));
    expect(on('2026-11-22T23:59:59Z').failing).toBe(false);
    expect(on('2026-11-23T00:00:00Z')).toMatchObject({ failing: true, idleWaiver: { state: 'expired', why: 'it expired on 2026-11-22' } });
  });

  it('are keyed on fingerprint and rule', () => {
    for (const other of [entryOf({ rule: 'another' }), entryOf({ fingerprint: `tw1:${'0'.repeat(32)}` })]) {
      expect(applyBook(findingOf(), bookOf([other]), NOW)).toEqual(findingOf());
    }
  });

  it('only ask where they are not at the base, and do not end what holds there', () => {
    const asked = applyBook(findingOf(), bookOf([], [entryOf()], 'the base commit 1234'), NOW);
    expect(asked).toMatchObject({ failing: true, idleWaiver: { state: 'requested', why: 'it is not at the base commit 1234; it counts once it was merged there' } });
    expect(applyBook(findingOf(), bookOf([entryOf()], [entryOf({ expires: '2027-06-30' })]), NOW)).toMatchObject({ failing: false, waiver: { expires: '2027-01-31' } });
    expect(applyBook(findingOf(), bookOf([entryOf({ expires: '2026-11-01' })], [entryOf({ expires: '2027-06-30' })]), NOW)).toMatchObject({ failing: true, idleWaiver: { state: 'requested', expires: '2027-06-30' } });
  });

  it('of kind false-positive wait for an approval', () => {
    expect(applyBook(findingOf(), bookOf([entryOf({ kind: 'false-positive' })]), NOW)).toMatchObject({ failing: true, idleWaiver: { state: 'requested', why: expect.stringContaining('nobody has approved') as string } });
  });

  it('mark a finding that would not fail, too', () => {
    expect(applyBook({ ...findingOf(), failing: false }, bookOf([entryOf()]), NOW).waiver).toBeDefined();
  });
});
