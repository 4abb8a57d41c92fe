import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BuiltRepository } from '../unit/sources/build-repository.ts';

const COMMAND = fileURLToPath(new URL('../../dist/tokenwarden.js', import.meta.url));
/** Half a second is promised; machines that run tests are crowded. */
const SOON_MS = 5000;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tokenwarden-cancel-'));
  const line = 'level=info id=4f9c2d7e81 path=/api/v1/items?cursor=none took=12ms c29tZXRoaW5nIHRoYXQgaXMgZW5jb2RlZCBoZXJl\n';
  writeFileSync(join(folder, 'long.log'), line.repeat(4_000_000));
  const repository = new BuiltRepository(join(folder, 'repository'));
  for (let commit = 0; commit < 3; commit += 1) repository.commit(Object.fromEntries(Array.from({ length: 40 }, (_, file) => [`f${file}.txt`, `${line.repeat(10_000)}${commit} ${file}\n`])));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function interrupted(args: readonly string[], after: number): Promise<{ readonly code: number | null; readonly ms: number; readonly report: { readonly coverage: { readonly complete: boolean; readonly skipped: readonly { readonly reason: string }[] } } }> {
  const child = spawn(process.execPath, [COMMAND, ...args, '--no-cache', '--quiet', '--report', 'json=-'], { cwd: folder, env: { PATH: process.env['PATH'], XDG_STATE_HOME: join(folder, 'state'), HOME: folder }, stdio: ['pipe', 'pipe', 'inherit'] });
  const exit = new Promise<number | null>((resolve) => child.on('close', resolve));
  const output = textOf(child.stdout);
  await delay(after);
  const at = performance.now();
  child.kill('SIGINT');
  const code = await exit;
  const ms = performance.now() - at;
  child.stdin.destroy();
  const text = await output;
  return { code, ms, report: (code === null ? undefined : JSON.parse(text)) as never };
}

describe('an interrupt', () => {
  it.each([
    ['in the middle of one long file', ['scan', 'long.log'], 1000],
    ['in the middle of a history', ['scan', '--history', 'repository'], 700],
    ['while standard input says nothing', ['scan', '-'], 700],
  ])('%s ends the run soon, with a report that says what was not covered', { timeout: 60_000 }, async (_when, args, after) => {
    let ran = await interrupted(args, after);
    // On a crowded machine the program may not have begun by then, and dies like any other.
    for (const longer of [3 * after, 8 * after]) if (ran.code === null) ran = await interrupted(args, longer);
    const { code, ms, report } = ran;
    expect(code).toBe(3);
    expect(ms).toBeLessThan(SOON_MS);
    expect(report.coverage.complete).toBe(false);
    expect([...new Set(report.coverage.skipped.map(({ reason }) => reason))]).toEqual(['interrupted']);
  });
});
