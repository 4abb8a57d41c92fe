/**
 * Measures runs over a made-up organisation with the built command: `node test/organization/measure.ts 3000`. Prints time, the command's own
 * peak memory, disk of its state, and what it asked of API and git, for a first run and for one that finds nothing changed. Every fortieth request to the API
 * of the first run fails in another way; tokens of the App end after a minute.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { OrganizationReport } from '../../src/model/index.ts';
import { startFakeOrganization } from './fake-organization.ts';
import { madeOrganization, makeRepositories, OWNER } from './made-repositories.ts';

const COMMAND = fileURLToPath(new URL('../../dist/tokenwarden.js', import.meta.url));
const SAMPLE_MS = 200;
const DISK_EVERY = 50;
const size = Number(process.argv[2] ?? 300);
const root = mkdtempSync(join(process.argv[3] ?? tmpdir(), 'organization-'));
const home = join(root, 'home');
mkdirSync(home);

async function bytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const sizes = await Promise.all(entries.filter((entry) => entry.isFile()).map((entry) => stat(join(entry.parentPath, entry.name)).then(({ size: bytes }) => bytes, () => 0)));
  return sizes.reduce((sum, bytes) => sum + bytes, 0);
}

/** Megabytes that the process has had at most at once, by the kernel's own account. */
function peakOf(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

const made = madeOrganization(size, { histories: true });
console.log(`making ${size} repositories in ${root}`);
makeRepositories(root, made);
const organization = await startFakeOrganization(root, made);
organization.tokenSeconds = 60;
try {
  for (const [name, trouble] of [['first', 40], ['unchanged', 0]] as const) {
    organization.troubleEvery = trouble;
    organization.counts.clear();
    const began = performance.now();
    const child = spawn(process.execPath, [COMMAND, 'audit', `github:${OWNER}`, '--no-verify', '--report', `json=${name}.json`], {
      cwd: home,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'] ?? '', HOME: home, GITHUB_API_URL: organization.apiUrl, TOKENWARDEN_GITHUB_APP_ID: organization.app.id, TOKENWARDEN_GITHUB_APP_KEY: organization.app.privateKey, TOKENWARDEN_RETRY: '1s', TOKENWARDEN_CLONE_CACHE_SIZE: '50MB', TOKENWARDEN_MAX_REPOSITORY_SIZE: '20MB' },
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-2000)));
    let memory = 0;
    let samples = 0;
    let disk = 0;
    let clones = 0;
    const timer = setInterval(() => {
      memory = Math.max(memory, peakOf(child.pid ?? 0));
      samples += 1;
      if (samples % DISK_EVERY === 0) void bytesIn(join(home, '.local/state/tokenwarden/clones')).then((bytes) => (clones = Math.max(clones, bytes)));
    }, SAMPLE_MS);
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    clearInterval(timer);
    const seconds = (performance.now() - began) / 1000;
    disk = await bytesIn(home);
    const report = (() => {
      try {
        return JSON.parse(readFileSync(join(home, `${name}.json`), 'utf8')) as OrganizationReport;
      } catch {
        throw new Error(said);
      }
    })();
    console.log(JSON.stringify({ run: name, code, seconds: Math.round(seconds), peakMB: Math.round(memory), clonesPeakMB: Math.round(clones / 1e6), stateMB: Math.round(disk / 1e6), asked: Object.fromEntries(organization.counts), coverage: { ...report.coverage, gaps: report.coverage.gaps.length }, findings: report.findings.length, difference: { ...report.difference, fixed: report.difference.fixed.length, gone: report.difference.gone.length, unseen: report.difference.unseen.length } }));
  }
  const tokens = new Set(made.flatMap(({ tokens: some }) => some));
  console.log(`planted: ${tokens.size} credentials; breaches of the API's description: ${organization.breaches.length}; refused: ${organization.refused.length}`);
} finally {
  await organization.stop();
  rmSync(root, { recursive: true, force: true });
}
