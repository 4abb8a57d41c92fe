import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { sampleOf } from '../../src/rules/samples/sample.ts';

const command = fileURLToPath(new URL('../../dist/tokenwarden.js', import.meta.url));
const folders: string[] = [];
afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true, force: true })));

const token = (seed: number): string => sampleOf('names', { recipe: 'ghp_<base62:30><github-crc32>', seed }).token;

describe('a token in a name', () => {
  it('of a file, a folder, an author or a branch is a finding, and no report shows it', { timeout: 60_000 }, () => {
    const folder = mkdtempSync(join(tmpdir(), 'tokenwarden-names-'));
    folders.push(folder);
    const tokens = [1, 2, 3, 4].map(token);
    const [inFolder, inFile, inBranch, inAuthor] = tokens as [string, string, string, string];
    const repository = join(folder, 'repository');
    mkdirSync(join(repository, `d-${inFolder}`), { recursive: true });
    writeFileSync(join(repository, `d-${inFolder}`, `f.${inFile}.txt`), `content = "${token(9)}"\n`);
    const git = (...args: string[]): void => void execFileSync('git', ['-C', repository, '-c', `user.name=${inAuthor}`, '-c', 'user.email=a@example.com', ...args], { env: { PATH: process.env['PATH'], GIT_CONFIG_GLOBAL: '/dev/null', HOME: folder }, stdio: 'pipe' });
    git('init', '-q', '-b', `b-${inBranch}`);
    git('add', '.');
    git('commit', '-qm', 'one');
    for (const mode of [[], ['--history']]) {
      const reports = ['text', 'json', 'sarif', 'html', 'markdown'].flatMap((format) => ['--report', `${format}=${join(folder, `${mode.join('')}.${format}`)}`]);
      const run = spawnSync(process.execPath, [command, 'scan', ...mode, '--state', join(folder, 'state'), ...reports, '.'], { cwd: repository, encoding: 'utf8' });
      expect(run.status).toBe(1);
      const found = JSON.parse(readFileSync(join(folder, `${mode.join('')}.json`), 'utf8')) as { findings: readonly unknown[] };
      expect(found.findings.length).toBeGreaterThanOrEqual(4);
      for (const plain of tokens) expect(run.stdout + run.stderr).not.toContain(plain);
    }
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && !entry.parentPath.startsWith(repository));
    expect(files.length).toBeGreaterThan(10);
    for (const file of files) {
      const bytes = readFileSync(join(file.parentPath, file.name)).toString('latin1');
      for (const plain of tokens) expect([file.name, bytes.includes(plain)]).toEqual([file.name, false]);
    }
  });
});
