import { describe, expect, it } from 'vitest';
import { readCodeowners } from '../../../src/lib/codeowners.ts';

const FILE = `# the last line that fits decides
*            @org/everyone
*.js         @js-owner #inline comment
/build/logs/ @doctocat
docs/*       docs@example.com
apps/        @octocat
/docs/       @root-docs
/scripts/    @doctocat @octocat
**/logs      @loggers
/apps/github
/apps/github/doctocat @doctocat
a\\ b.txt     @spaced
`;

describe('CODEOWNERS', () => {
  const owners = readCodeowners(FILE);
  const of = (path: string): string | undefined => owners(path)?.names.join(' ');

  it.each([
    ['README.md', '@org/everyone'],
    ['src/deep/x.js', '@js-owner'],
    ['build/logs/a/b.txt', '@loggers'],
    ['deep/build/logs', '@loggers'],
    ['apps/a.txt', '@octocat'],
    ['deep/apps/a/b.txt', '@octocat'],
    ['docs/a.md', '@root-docs'],
    ['sub/docs/a.md', '@org/everyone'],
    ['scripts/x.sh', '@doctocat @octocat'],
    ['apps/github/x', ''],
    ['apps/github/doctocat/x', '@doctocat'],
    ['apps/githubx', '@octocat'],
    ['a b.txt', '@spaced'],
    ['logs', '@loggers'],
  ])('%s belongs to %j', (path, names) => {
    expect(of(path)).toBe(names);
  });

  it('names the line that decided', () => {
    expect(owners('src/x.js')?.line).toBe(3);
    expect(owners('apps/github/x')).toEqual({ names: [], line: 10 });
  });

  it('lets a folder and a star hold the files of that folder alone', () => {
    const direct = readCodeowners('docs/* docs@example.com\n');
    expect(direct('docs/a.md')?.names).toEqual(['docs@example.com']);
    expect(direct('docs/build/a.md')).toBeUndefined();
    expect(readCodeowners('* @all\n')('a/b/c')?.names).toEqual(['@all']);
    expect(readCodeowners('docs/** @all\n')('docs/a/b')?.names).toEqual(['@all']);
  });

  it('leaves out what GitHub leaves out: negation, ranges, escapes, lines without a valid owner', () => {
    const none = readCodeowners('!a.txt @x\n[ab].txt @x\n\\#a @x\nc.txt not-an-owner\n\n   \n/ @x\n');
    for (const path of ['a.txt', 'b.txt', '#a', 'c.txt']) expect(none(path)).toBeUndefined();
  });

  it("adds up the sections of GitLab, and gives a section's owners to lines without any", () => {
    const file = readCodeowners('* @all\n[Database] @dba\n/db/\n^[Docs][2] @writers @org/docs\n/db/*.md @ana\n/docs/\n');
    expect(file('db/schema.sql')?.names).toEqual(['@all', '@dba']);
    expect(file('db/a.md')?.names).toEqual(['@all', '@dba', '@ana']);
    expect(file('docs/a.md')?.names).toEqual(['@all', '@writers', '@org/docs']);
  });

  it('takes CRLF, a byte order mark and paths that begin with a slash', () => {
    expect(readCodeowners('\ufeff/a.txt @x\r\n')('/a.txt')?.names).toEqual(['@x']);
  });

  it('is not slowed down by patterns that were made to', () => {
    const hostile = readCodeowners(Array.from({ length: 200 }, () => `${'*a'.repeat(200)}*/${'**/'.repeat(200)}x @y`).join('\n'));
    const began = process.hrtime.bigint();
    expect(hostile(`${'a'.repeat(2000)}/${'b/'.repeat(300)}z`)).toBeUndefined();
    expect(Number(process.hrtime.bigint() - began) / 1e6).toBeLessThan(2000);
  });
});
