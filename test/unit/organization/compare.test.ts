import { describe, expect, it } from 'vitest';
import type { OrganizationFinding, RepositoryLine } from '../../../src/model/index.ts';
import { NO_COUNTS } from '../../../src/model/index.ts';
import { compare, type EarlierReport, type Seen } from '../../../src/organization/compare.ts';
import { addSums } from '../../../src/organization/sums.ts';


const line = (name: string, complete = true): RepositoryLine => ({ name, url: '', visibility: 'private', isArchived: false, isFork: false, state: complete ? 'scanned' : 'skipped', refs: 1, texts: 0, planned: NO_COUNTS, scanned: NO_COUNTS, sums: addSums([]), skips: {}, gaps: [], gapsLeftOut: 0, complete, findings: 0, failing: 0 });
const found = (id: string, status: OrganizationFinding['status'], ...names: readonly string[]): OrganizationFinding => ({ id, rule: 'r', ruleName: 'r', issuer: 'i', masked: '***', fingerprint: 'f', severity: 'high', failing: true, status, violations: [], waived: false, exposure: 'private', change: 'new', repositories: names.map((name) => ({ name, place: '', places: 1 })) });
const earlier = (findings: readonly OrganizationFinding[], unseen: EarlierReport['difference']['unseen'] = []): EarlierReport => ({ findings, difference: { new: 0, reopened: 0, still: 0, fixed: [], gone: [], unseen } });
const seen = (lines: readonly RepositoryLine[], isListedWhole = true, isSameQuestion = true): Seen => ({ lines, isListedWhole, isSameQuestion });
const now = (...findings: readonly OrganizationFinding[]): ReadonlyMap<string, OrganizationFinding> => new Map(findings.map((one) => [one.id, one]));
const ids = (closed: readonly { readonly id: string }[]): readonly string[] => closed.map(({ id }) => id);

describe('the difference from the run before', () => {
  it('calls a credential fixed only when its issuer says that it is dead', () => {
    const { fixed, gone } = compare(earlier([found('a', 'active', 'x'), found('b', 'active', 'x')]), now(found('a', 'inactive', 'x')), new Set(), seen([line('x')], true));
    expect([ids(fixed), ids(gone)]).toEqual([['a'], ['b']]);
  });

  it('closes nothing that lay in a repository which was not seen whole, even in one of several', () => {
    const before = earlier([found('a', 'active', 'x', 'y'), found('b', 'active', 'y')]);
    const { gone, unseen } = compare(before, now(), new Set(), seen([line('x', false), line('y')], true));
    expect([ids(gone), ids(unseen)]).toEqual([['b'], ['a']]);
  });

  it('keeps what was not seen open, run after run, until it is seen again or gone', () => {
    const left = compare(earlier([found('a', 'active', 'x')]), now(), new Set(), seen([line('x', false)], true)).unseen;
    expect(ids(compare(earlier([], left), now(), new Set(), seen([line('x', false)], true)).unseen)).toEqual(['a']);
    expect(ids(compare(earlier([], left), now(), new Set(), seen([line('x')], true)).gone)).toEqual(['a']);
    expect(compare(earlier([], left), now(found('a', 'active', 'x')), new Set(['a']), seen([line('x')], true)).changeOf('a')).toBe('still');
  });

  it('lets a repository that is listed no more close what it held, unless the list itself has gaps', () => {
    const before = earlier([found('a', 'active', 'deleted')]);
    expect(ids(compare(before, now(), new Set(), seen([line('x')], true)).gone)).toEqual(['a']);
    expect(ids(compare(before, now(), new Set(), seen([line('x')], false)).unseen)).toEqual(['a']);
  });

  it('tells new from reopened: known before and not in the run before, or dead and alive again', () => {
    const { changeOf } = compare(earlier([found('b', 'inactive', 'x'), found('c', 'active', 'x')]), now(found('a', 'active'), found('b', 'active'), found('c', 'active'), found('d', 'active')), new Set(['a', 'b', 'c']), seen([line('x')], true));
    expect(['a', 'b', 'c', 'd'].map(changeOf)).toEqual(['reopened', 'reopened', 'still', 'new']);
  });

  it('knows a repository by its number, whatever it is called: renamed and not seen is still open, renamed and seen is still there', () => {
    const before = earlier([{ ...found('a', 'active', 'old'), repositories: [{ name: 'old', id: '7', place: '', places: 1 }] }]);
    expect(ids(compare(before, now(), new Set(), seen([{ ...line('new', false), id: '7' }])).unseen)).toEqual(['a']);
    expect(ids(compare(before, now(), new Set(), seen([{ ...line('new'), id: '7' }])).gone)).toEqual(['a']);
    // Another repository of the old name says nothing of it.
    expect(ids(compare(before, now(), new Set(), seen([{ ...line('old'), id: '8' }, { ...line('new', false), id: '7' }])).unseen)).toEqual(['a']);
    const { unseen } = compare(before, now(), new Set(), seen([{ ...line('new', false), id: '7' }]));
    expect(unseen[0]?.repositoryIds).toEqual(['7']);
    expect(ids(compare(earlier([], unseen), now(), new Set(), seen([{ ...line('newer', false), id: '7' }])).unseen)).toEqual(['a']);
  });

  it('closes nothing of a repository that is left out, nor when other things were looked for', () => {
    const before = earlier([found('a', 'active', 'x')]);
    expect(ids(compare(before, now(), new Set(), seen([{ ...line('x'), state: 'skipped', reason: 'excluded' }])).unseen)).toEqual(['a']);
    expect(ids(compare(before, now(), new Set(), seen([line('x')], true, false)).unseen)).toEqual(['a']);
    expect(ids(compare(before, now(), new Set(), seen([{ ...line('x'), state: 'skipped', reason: 'empty' }])).gone)).toEqual(['a']);
  });
});
