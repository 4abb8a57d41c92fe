import { spawn, spawnSync, type ChildProcess, type SpawnSyncReturns } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { text as textOf } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sampleOf } from '../../src/rules/index.ts';
import { StoredCatalogue } from '../../src/rules/stored-catalogue.ts';

const DIST = fileURLToPath(new URL('../../dist/', import.meta.url));
const COMMAND = join(DIST, 'tokenwarden.js');

let folder = '';
let token = '';
beforeAll(async () => {
  const { rules } = new StoredCatalogue(await readFile(join(DIST, 'catalogue.jsonl')));
  const rule = rules.find(({ id }) => id === 'github-pat-classic');
  const [example] = rule?.examples ?? [];
  if (rule === undefined || example === undefined) throw new Error('the catalogue has no classic GitHub token');
  ({ token } = sampleOf(rule.id, example));
  folder = await mkdtemp(join(tmpdir(), 'tokenwarden-cli-'));
  await mkdir(join(folder, 'work/tree'), { recursive: true });
  await mkdir(join(folder, 'home'));
  await writeFile(join(folder, 'work/tree/app.env'), `GITHUB_TOKEN=${token}\n`);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const environment = (): Record<string, string> => ({ PATH: process.env['PATH'] ?? '', HOME: join(folder, 'home') });

function tokenwarden(args: readonly string[], options: { readonly cwd?: string; readonly input?: string; readonly env?: Record<string, string>; readonly node?: readonly string[] } = {}): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [...(options.node ?? []), COMMAND, ...args], { cwd: join(folder, options.cwd ?? 'work/tree'), env: { ...environment(), ...options.env }, input: options.input ?? '', encoding: 'utf8', timeout: 60_000 });
}

function start(args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [COMMAND, ...args], { cwd: join(folder, 'work'), env: environment(), stdio: ['pipe', 'pipe', 'pipe'] });
}

describe('the command', () => {
  it('says one clear sentence on a Node that is too old, and exits 2', async () => {
    const preload = join(folder, 'old.cjs');
    await writeFile(preload, "Object.defineProperty(process.versions, 'node', { value: '22.17.1' }); Object.defineProperty(process, 'version', { value: 'v22.17.1' });");
    const { status, stdout, stderr } = tokenwarden(['scan'], { node: ['--require', preload] });
    expect({ status, stdout, stderr }).toEqual({ status: 2, stdout: '', stderr: 'tokenwarden needs Node.js 22.18 or newer, and this is v22.17.1.\n' });
  });

  it('is one file that an old Node can parse: no static import, nothing newer than ES2018 but import()', async () => {
    const source = await readFile(COMMAND, 'utf8');
    expect(source).not.toMatch(/^\s*import\s[^(]/m);
    expect(source).not.toMatch(/\?\?|\?\.|\bawait\b|#[a-z]\w*\s*[=(]/);
  });

  it('scans the objects of a repository once for all targets in it, and finds in each what lies there', async () => {
    const tree = join(folder, 'overlap');
    await mkdir(join(tree, 's/t'), { recursive: true });
    await writeFile(join(tree, 'a'), `GITHUB_TOKEN=${token}\n`);
    await writeFile(join(tree, 's/t/f'), `GITHUB_TOKEN=${token}\n`);
    const git = (...args: readonly string[]): void => void spawnSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], { cwd: tree });
    git('init', '--quiet');
    git('add', '.');
    git('commit', '--quiet', '--message', 'one');
    const scan = (...targets: readonly string[]): { readonly paths: readonly string[]; readonly planned: unknown } => {
      const { stdout } = tokenwarden(['scan', '--history', '--report', 'json=-', ...targets], { cwd: 'overlap' });
      const report = JSON.parse(stdout) as { coverage: { planned: unknown }; findings: { locations: { origin: { path: string } }[] }[] };
      return { paths: report.findings.flatMap(({ locations }) => locations.map(({ origin }) => origin.path)), planned: report.coverage.planned };
    };
    const whole = scan('.');
    expect(whole).toMatchObject({ paths: ['a', 's/t/f'], planned: { blobs: 1, commits: 1 } });
    expect(scan('s/t/f', 'a', '.')).toEqual(whole);
    expect(scan('a', 's').paths).toEqual(['a', 's/t/f']);
    expect(scan('s').paths).toEqual(['s/t/f']);
  });

  it('finds a token, masks it, exits 1, and says nothing on standard error', () => {
    const { status, stdout, stderr } = tokenwarden(['scan', '--no-cache']);
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
    expect(stdout).toContain('app.env:1:14');
    expect(stdout).not.toContain(token.slice(4));
  });

  it('puts nothing but the report on standard output', () => {
    const { stdout } = tokenwarden(['scan', '--report', 'json=-']);
    expect((JSON.parse(stdout) as { findings: unknown[] }).findings).toHaveLength(1);
  });

  it('reads standard input, also a closed one', () => {
    expect(tokenwarden(['scan', '-'], { input: `token ${token}\n` })).toMatchObject({ status: 1 });
    expect(tokenwarden(['scan', '-']).status).toBe(0);
    const closed = spawnSync('sh', ['-c', `exec "${process.execPath}" "${COMMAND}" scan - <&-`], { cwd: folder, env: environment(), encoding: 'utf8' });
    expect(closed.status).toBe(0);
  });

  it('does not mind a reader that goes away, and still writes the reports', async () => {
    const child = start(['scan', 'tree', '--report', `json=${join(folder, 'late.json')}`]);
    child.stdout?.destroy();
    const stderr = textOf(child.stderr as NonNullable<typeof child.stderr>);
    const [status] = (await once(child, 'exit')) as [number];
    expect({ status, stderr: await stderr }).toEqual({ status: 1, stderr: '' });
    expect((await stat(join(folder, 'late.json'))).mode & 0o777).toBe(0o600);
  });

  it.skipIf(!existsSync('/dev/full'))('exits 2 when its report does not reach standard output', () => {
    const full = spawnSync('sh', ['-c', `exec "${process.execPath}" "${COMMAND}" scan > /dev/full`], { cwd: join(folder, 'work/tree'), env: environment(), encoding: 'utf8' });
    expect(full.status).toBe(2);
    expect(full.stderr).toContain('[OUTPUT_FAILED]');
  });

  it('checks reports before it scans', () => {
    expect(tokenwarden(['scan', '--report', 'yaml=x'])).toMatchObject({ status: 2, stdout: '' });
    const { status, stdout, stderr } = tokenwarden(['scan', '--report', 'json=none/out.json']);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain('[OUTPUT_UNWRITABLE]');
  });

  it('keeps its state where it is told, and nowhere else', async () => {
    const home = join(folder, 'other-home');
    await mkdir(home);
    expect(tokenwarden(['scan', '--state', join(folder, 'kept/here')], { env: { HOME: home } }).status).toBe(1);
    expect(await readdir(home)).toEqual([]);
    expect(await readdir(join(folder, 'kept/here'))).toContain('inventory.db');
    expect((await stat(join(folder, 'kept/here'))).mode & 0o777).toBe(0o700);
    const explained = tokenwarden(['explain', (JSON.parse(tokenwarden(['scan', '--report', 'json=-']).stdout) as { findings: { id: string }[] }).findings[0]?.id ?? '', '--state', join(folder, 'kept/here')]);
    expect(explained).toMatchObject({ status: 0, stderr: '' });
    expect(explained.stdout).not.toContain(token.slice(4));
  });

  it.skipIf(process.platform !== 'linux')('scans without a place to remember it, but audits only with a ledger', () => {
    const scanned = tokenwarden(['scan', '--state', '/proc/tokenwarden']);
    expect(scanned.status).toBe(1);
    expect(scanned.stderr).toContain('warning: this run is not remembered');
    expect(tokenwarden(['audit', '--state', '/proc/tokenwarden'])).toMatchObject({ status: 2, stdout: '' });
  });

  it('reads the configuration of the working directory, never one that lies in a target', async () => {
    await mkdir(join(folder, 'elsewhere'));
    await writeFile(join(folder, 'elsewhere/tokenwarden.yml'), 'nonsense: true\n');
    expect(tokenwarden(['scan', '../../elsewhere']).status).toBe(0);
    const { status, stderr } = tokenwarden(['scan'], { cwd: 'elsewhere' });
    expect(status).toBe(2);
    expect(stderr).toContain('tokenwarden.yml:1:1: unknown key `nonsense`');
  });
});

describe.skipIf(process.platform === 'win32')('an interrupt', () => {
  it('ends a run with what it has, and exit code 3', async () => {
    const child = start(['scan', '-', 'tree', '--report', `json=${join(folder, 'interrupted.json')}`]);
    const out = textOf(child.stdout as NonNullable<typeof child.stdout>);
    const err = textOf(child.stderr as NonNullable<typeof child.stderr>);
    child.stdin?.write(`a ${token} b\n`);
    await delay(1500);
    child.kill('SIGINT');
    const [status] = (await once(child, 'exit')) as [number];
    expect(status).toBe(3);
    expect(await err).toContain('interrupted: finishing the report');
    expect(await out).toContain('INCOMPLETE');
    const report = JSON.parse(await readFile(join(folder, 'interrupted.json'), 'utf8')) as { coverage: { complete: boolean; skipped: { reason: string }[] } };
    expect(report.coverage.complete).toBe(false);
    expect(report.coverage.skipped.map(({ reason }) => reason)).toContain('interrupted');
  });

  it('has the timeout as its gentler sister', async () => {
    const child = start(['scan', '-', '--timeout', '1s', '--report', 'json=-']);
    const out = textOf(child.stdout as NonNullable<typeof child.stdout>);
    child.stderr?.resume();
    const [status] = (await once(child, 'exit')) as [number];
    expect(status).toBe(3);
    expect((JSON.parse(await out) as { coverage: { skipped: { reason: string }[] } }).coverage.skipped.map(({ reason }) => reason)).toContain('timeout');
  });
});
