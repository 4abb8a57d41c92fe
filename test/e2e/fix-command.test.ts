import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { chmod, link, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sampleOf } from '../../src/rules/index.ts';
import { StoredCatalogue } from '../../src/rules/stored-catalogue.ts';

const DIST = fileURLToPath(new URL('../../dist/', import.meta.url));
const { rules } = new StoredCatalogue(await readFile(join(DIST, 'catalogue.jsonl')));
const rule = rules.find(({ id }) => id === 'github-pat-classic');
const [example] = rule?.examples ?? [];
if (rule === undefined || example === undefined) throw new Error('the catalogue has no classic GitHub token');
const { token } = sampleOf(rule.id, example);

let folder = '';
let tree = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tokenwarden-fix-'));
  tree = join(folder, 'tree');
  await mkdir(join(tree, 'src'), { recursive: true });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function tokenwarden(...args: readonly string[]): SpawnSyncReturns<string> {
  const result = spawnSync(process.execPath, [join(DIST, 'tokenwarden.js'), ...args], { cwd: tree, env: { PATH: process.env['PATH'] ?? '', HOME: folder }, encoding: 'utf8', timeout: 60_000 });
  for (const form of [token, Buffer.from(token).toString('base64').slice(4, -4), encodeURIComponent(token)]) expect(result.stdout + result.stderr).not.toContain(form);
  return result;
}

const python = (): string => `import sys\r\nAPI_TOKEN = "${token}"\r\n`;

describe('fix', () => {
  it('shows a masked preview and writes nothing; --write edits in place, keeps mode and line ends, and the finding is gone', async () => {
    const file = join(tree, 'src/a.py');
    await writeFile(file, python());
    await chmod(file, 0o754);
    expect(tokenwarden('scan', '.').status).toBe(1);
    const preview = tokenwarden('fix');
    expect(preview.stdout).toContain('- API_TOKEN = "********"');
    expect(preview.stdout).toContain('+ API_TOKEN = os.environ["API_TOKEN"]');
    expect(preview.stdout).toMatch(/nothing was written[^]*lives until it is revoked[^]*Next: /);
    expect(preview.status).toBe(0);
    expect(await readFile(file, 'utf8')).toBe(python());
    const written = tokenwarden('fix', '--write');
    expect(written.status).toBe(0);
    expect(written.stdout).not.toMatch(/\bfixed\b/i);
    expect(await readFile(file, 'utf8')).toBe('import os\r\nimport sys\r\nAPI_TOKEN = os.environ["API_TOKEN"]\r\n');
    expect((await stat(file)).mode & 0o777).toBe(0o754);
    expect(await readdir(join(tree, 'src'))).toEqual(['a.py']);
    expect(tokenwarden('scan', '.').status).toBe(0);
  });

  it('leaves a file that has changed since the scan as it is', async () => {
    const file = join(tree, 'src/a.py');
    await writeFile(file, python());
    tokenwarden('scan', '.');
    const changed = `# new\r\n${python()}`;
    await writeFile(file, changed);
    const { status, stdout } = tokenwarden('fix', '--write');
    expect(stdout).toContain('the file has changed since the scan');
    expect(status).toBe(1);
    expect(await readFile(file, 'utf8')).toBe(changed);
  });

  it('follows no link, and leaves what has several names or lies outside the target', async () => {
    const outside = join(folder, 'outside.py');
    await writeFile(outside, python());
    await writeFile(join(tree, 'src/a.py'), python());
    await mkdir(join(tree, 'sub'));
    await writeFile(join(tree, 'sub/b.py'), python());
    await writeFile(join(tree, 'c.py'), python());
    tokenwarden('scan', '.', '--report', `json=${join(folder, 'r.json')}`);
    await rm(join(tree, 'src/a.py'));
    await symlink(outside, join(tree, 'src/a.py'));
    await rename(join(tree, 'sub'), join(folder, 'moved'));
    await symlink(join(folder, 'moved'), join(tree, 'sub'));
    await link(join(tree, 'c.py'), join(folder, 'second.py'));
    const { status, stdout } = tokenwarden('fix', '--write');
    expect(status).toBe(1);
    expect(stdout.match(/refused: /g)).toHaveLength(3);
    const report = await readFile(join(folder, 'r.json'), 'utf8');
    await writeFile(join(folder, 'forged.json'), report.replaceAll('"src/a.py"', '"../outside.py"'));
    expect(tokenwarden('fix', '--write', '--from', join(folder, 'forged.json')).stdout).toContain('leads out of the target');
    for (const file of [outside, join(folder, 'moved/b.py'), join(tree, 'c.py')]) expect(await readFile(file, 'utf8')).toBe(python());
  });

  it('declares no variable of Terraform where a file beside cannot be read that may declare it, too', async () => {
    const text = `locals {\n  api_token = "${token}"\n}\n`;
    await writeFile(join(tree, 'main.tf'), text);
    tokenwarden('scan', '.');
    await symlink(join(folder, 'nowhere.tf'), join(tree, 'other.tf'));
    const { status, stdout } = tokenwarden('fix', '--write');
    expect(status).toBe(1);
    expect(stdout).toContain('a Terraform file beside it cannot be read');
    expect(await readFile(join(tree, 'main.tf'), 'utf8')).toBe(text);
    await rm(join(tree, 'other.tf'));
    expect(tokenwarden('fix', '--write').status).toBe(0);
    expect(await readFile(join(tree, 'main.tf'), 'utf8')).toContain('sensitive');
  });

  it('has no edit for a token that stands there encoded, and says what to do with files that hold values', async () => {
    await writeFile(join(tree, 'a.js'), `const k = atob("${Buffer.from(token).toString('base64')}");\n`);
    await writeFile(join(tree, '.env'), `API_TOKEN=${token}\n`);
    tokenwarden('scan', '.');
    const { status, stdout } = tokenwarden('fix', '--write');
    expect(status).toBe(1);
    expect(stdout).toMatch(/a\.js:1[^]*encoded or in pieces/);
    expect(stdout).toMatch(/\.env[^]*\.gitignore/);
    expect(await readFile(join(tree, 'a.js'), 'utf8')).toContain('atob("');
  });

  it('takes findings by the beginning of their ids, and refuses a run with more than one target', async () => {
    await writeFile(join(tree, 'src/a.js'), `const k = "${token}";\n`);
    tokenwarden('scan', '.', '--report', `json=${join(folder, 'r.json')}`);
    const { findings } = JSON.parse(await readFile(join(folder, 'r.json'), 'utf8')) as { findings: { id: string }[] };
    const id = findings[0]?.id.slice(0, 8) ?? '';
    expect(tokenwarden('fix', id, id).stdout).toContain('1 place could be edited');
    expect(tokenwarden('fix', 'ffff').stderr).toContain('FINDING_UNKNOWN');
    tokenwarden('scan', '.', 'src');
    expect(tokenwarden('fix', '--write')).toMatchObject({ status: 2, stderr: expect.stringContaining('FIX_TARGET') as string });
  });
});
