import { describe, expect, it } from 'vitest';
import { ownersOf } from '../../../src/assemble/index.ts';
import type { CredentialOwner, Finding, OrganizationFinding, Surroundings } from '../../../src/model/index.ts';
import { answersFor, groupByOwner, ownerLines } from '../../../src/organization/index.ts';
import { joinOwners } from '../../../src/organization/owners.ts';

const commit = { kind: 'commit', blob: 'b', path: 'x', reachable: true, author: 'Ben <ben@example.com>' };
const finding = (introspection: object = { status: 'notAttempted', why: 'no-issuer', detail: '' }): Finding => ({ credential: { rule: { id: 'r' }, issuer: 'i', occurrences: [{ origin: commit }] }, introspection: { at: new Date(0), method: '', ...introspection } }) as unknown as Finding;
const places = (names: readonly string[], from: 'codeowners' | 'configuration' | 'nowhere' = 'codeowners'): Surroundings => ({ places: [{ owners: { names, from, source: '' } }] });
const of = (id: string, failing: boolean, ...owners: readonly CredentialOwner[]): OrganizationFinding => ({ id, failing, status: 'active', owners }) as unknown as OrganizationFinding;

describe('who answers for a credential', () => {
  it('is whom its issuer names, then who declared it, then who owns the place; each person once', () => {
    const owners = ownersOf(finding({ status: 'active', facts: { owner: '@ana' } }), places(['@org/team', 'ANA']));
    expect(owners).toEqual([{ name: '@ana', from: 'issuer' }, { name: '@org/team', from: 'codeowners' }]);
  });

  it('is who wrote the commit only where nobody else is named', () => {
    expect(ownersOf(finding(), places([], 'nowhere'))).toEqual([{ name: 'Ben <ben@example.com>', from: 'author' }]);
    expect(ownersOf(finding(), undefined)).toEqual([{ name: 'Ben <ben@example.com>', from: 'author' }]);
    expect(ownersOf(finding(), places(['@org/team'], 'configuration'))).toEqual([{ name: '@org/team', from: 'configuration' }]);
  });

  it('is the same whichever repository is merged first, and an author gives way to an owner that another repository names', () => {
    const a: CredentialOwner[] = [{ name: 'Ben', from: 'author' }];
    const b: CredentialOwner[] = [{ name: '@b', from: 'codeowners' }, { name: '@a', from: 'codeowners' }];
    const joined = [{ name: '@a', from: 'codeowners' }, { name: '@b', from: 'codeowners' }];
    expect([joinOwners(a, b), joinOwners(b, a)]).toEqual([joined, joined]);
  });

  it('is whom the surest source names, when credentials are grouped; those of nobody come last', () => {
    const both = of('1', true, { name: '@a', from: 'issuer' }, { name: '@b', from: 'codeowners' });
    const [none, second] = [of('2', true), of('3', false, { name: '@b', from: 'codeowners' })];
    expect(answersFor(both)).toEqual(['@a']);
    expect([...groupByOwner([none, both, second])].map(([name, group]) => [name, group.map(({ id }) => id)])).toEqual([['@a', ['1']], ['@b', ['3']], ['', ['2']]]);
    expect(ownerLines([none, both, second])).toEqual([{ name: '@a', credentials: 1, failing: 1, active: 1 }, { name: '@b', credentials: 1, failing: 0, active: 1 }, { name: '', credentials: 1, failing: 1, active: 1 }]);
  });
});
