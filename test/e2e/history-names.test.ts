import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { sampleOf } from '../../src/rules/samples/sample.ts';

const command = fileURLToPath(new URL('../../dist/tokenwarden.js', import.meta.url));
const folders: string[] = [];
afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true, force: true })));

const token = (seed: number): string => sampleOf('history-names', { recipe: 'ghp_<base62:30><github-crc32>', seed }).token;

interface Found {
  readonly findings: readonly { readonly credential: { readonly rule: string }; readonly locations: readonly { readonly origin: { readonly kind: string; readonly path?: string } }[] }[];
}

/** A repository with a work tree that holds nothing any more, and a way to scan its history. */
function repository(): { readonly root: string; readonly git: (...args: string[]) => void; readonly write: (path: string, text: string) => void; readonly places: (...flags: string[]) => readonly string[] } {
  const folder = mkdtempSync(join(tmpdir(), 'tokenwarden-history-'));
  folders.push(folder);
  const root = join(folder, 'repository');
  mkdirSync(root);
  const git = (...args: string[]): void => void execFileSync('git', ['-C', root, '-c', 'user.name=A', '-c', 'user.email=a@example.com', ...args], { env: { PATH: process.env['PATH'], GIT_CONFIG_GLOBAL: '/dev/null', HOME: folder }, stdio: 'pipe' });
  const write = (path: string, text: string): void => {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  git('init', '-q', '-b', 'main');
  const places = (...flags: string[]): readonly string[] => {
    const report = join(folder, 'report.json');
    spawnSync(process.execPath, [command, 'scan', '--history', '--state', join(folder, 'state'), ...flags, '--report', `json=${report}`, root], { encoding: 'utf8' });
    const { findings } = JSON.parse(readFileSync(report, 'utf8')) as Found;
    return findings.flatMap(({ credential, locations }) => locations.map(({ origin }) => `${credential.rule} ${origin.kind} ${origin.path ?? ''}`)).sort();
  };
  return { root, git, write, places };
}

describe('a history', () => {
  it('is told the paths of its blobs for the rules that are bound to names of files, cold and from what it remembers', { timeout: 60_000 }, () => {
    const { git, write, places } = repository();
    const secrets = (user: string, seed: number): string => `${user}\t*\t"${sampleOf('ppp', { recipe: '<strong:14>', seed }).token}"\t*\n`;
    write('etc/ppp/chap-secrets', secrets('ana', 1));
    write('old/chap-secrets.bak', secrets('ben', 2));
    // the walk meets this path of the blob first
    write('a/copy.txt', secrets('cid', 3));
    write('z/chap-secrets', secrets('cid', 3));
    write('other.txt', secrets('dot', 4));
    git('add', '.');
    git('commit', '-qm', 'one');
    const expected = ['ppp-secret commit a/copy.txt', 'ppp-secret commit etc/ppp/chap-secrets', 'ppp-secret commit old/chap-secrets.bak', 'ppp-secret commit z/chap-secrets'];
    expect(places()).toEqual(expected);
    git('rm', '-rq', 'etc', 'old');
    git('commit', '-qm', 'two');
    expect(places()).toEqual(expected);
    expect(places()).toEqual(expected);
    expect(places('--no-cache')).toEqual(expected);
  });

  it('has names: of branches and tags that are not checked out, and of files that are gone', { timeout: 60_000 }, () => {
    const { git, write, places } = repository();
    write('a.txt', 'one\n');
    write(`f-${token(1)}.txt`, 'x\n');
    write(`d-${token(2)}/f.txt`, 'y\n');
    git('add', '.');
    git('commit', '-qm', 'one');
    git('branch', `feature/${token(3)}`);
    git('tag', `v-${token(4)}`);
    git('rm', '-rq', '.');
    write('b.txt', 'two\n');
    git('add', '.');
    git('commit', '-qm', 'two');
    for (const flags of [['--no-cache'], [], []]) {
      const found = places(...flags);
      expect(found).toHaveLength(4);
      for (const place of found) expect(place).toMatch(/^github-pat-classic /);
      expect(found.filter((place) => place.includes('.git/refs/'))).toHaveLength(2);
      for (const seed of [1, 2, 3, 4]) expect(found.join()).not.toContain(token(seed));
    }
  });
});
