import { describe, expect, it } from 'vitest';
import { issuesFor } from '../../../src/alerts/index.ts';
import type { OrganizationFinding, RepositoryLine } from '../../../src/model/index.ts';

const line = (name: string, over: Partial<RepositoryLine> = {}): RepositoryLine => ({ name, id: name, visibility: 'private', isArchived: false, ...over }) as RepositoryLine;
const found = (id: string, names: readonly string[], over: Partial<OrganizationFinding> = {}): OrganizationFinding =>
  ({ id: id.repeat(20), rule: 'r', ruleName: 'A rule', masked: 'ghp_****', severity: 'critical', failing: true, waived: false, status: 'active', violations: ['leaked'], repositories: names.map((name) => ({ name, place: 'a.env:1:2', places: 3 })), ...over }) as OrganizationFinding;
const by = (name: string, from: 'codeowners' | 'configuration' | 'author') => ({ owners: [{ name, from }] });

describe('what owners are told by issues', () => {
  it('is one issue for each owner and repository, of what is to be acted on', () => {
    const issues = issuesFor({ repositories: [line('acme/a'), line('acme/b')], findings: [found('1', ['acme/a', 'acme/b'], by('@acme/ops', 'codeowners')), found('2', ['acme/a'], by('@acme/ops', 'codeowners')), found('3', ['acme/a']), found('4', ['acme/b'], { failing: false }), found('5', ['acme/b'], { waived: true })] });
    expect(issues.map(({ repository, owner, credentials }) => [repository.name, owner, credentials])).toEqual([['acme/a', '@acme/ops', 2], ['acme/b', '@acme/ops', 1], ['acme/a', '', 1]]);
    expect(new Set(issues.map(({ mark }) => mark)).size).toBe(3);
  });

  it('is nothing at all in public or archived repositories and gists, and of a wiki in its repository', () => {
    const repositories = [line('acme/open', { visibility: 'public' }), line('acme/old', { isArchived: true }), line('gist:1'), line('acme/a'), line('acme/a.wiki')];
    const issues = issuesFor({ repositories, findings: [found('1', ['acme/open', 'acme/old', 'gist:1', 'acme/a.wiki'])] });
    expect(issues.map(({ repository, body }) => [repository.name, body.includes('its wiki, a.env:1:2')])).toEqual([['acme/a', true]]);
    expect(JSON.stringify(issues)).not.toMatch(/open|acme\/old|ghp_/);
  });

  it('calls nobody by a name that strangers wrote, and lets nothing of theirs be markup', () => {
    const hostile = found('1', ['acme/a'], { ...by('@victim` <!-- tokenwarden:owner:0 --> **x**\n@all', 'codeowners'), repositories: [{ name: 'acme/a', place: '`@everyone` ![x](http://evil.example) | \n-->', places: 1 }] });
    const [issue] = issuesFor({ repositories: [line('acme/a')], findings: [hostile] });
    expect(issue?.body.replaceAll(/`[^`\n]*`/g, '').replace(issue.mark, '')).not.toMatch(/[@<|]|evil|\*\*/);
    expect(issue?.title).not.toMatch(/[@\n]/);
    expect(issue?.body.endsWith(issue.mark)).toBe(true);
    expect(issuesFor({ repositories: [line('acme/a')], findings: [found('1', ['acme/a'], by('@acme/ops', 'configuration'))] })[0]?.body).toMatch(/^@acme\/ops answers/);
  });

  it('says the same as long as the credentials are the same, and never more than GitHub takes', () => {
    const many = (change: OrganizationFinding['change']) => issuesFor({ repositories: [line('acme/a')], findings: Array.from({ length: 2000 }, (_, index) => found(String(index % 10), ['acme/a'], { change, ruleName: 'x'.repeat(5000) })) });
    expect(many('new')).toEqual(many('still'));
    expect(many('new')[0]?.body.length).toBeLessThan(65_536);
    expect(many('new')[0]?.body).toContain('and 1950 more');
  });
});
