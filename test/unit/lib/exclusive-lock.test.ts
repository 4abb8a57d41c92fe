import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { LockBusy, openLock } from '../../../src/lib/exclusive-lock.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lock-'));
  path = join(folder, 'lock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('is held by one at a time, in this process too, and can be taken again', async () => {
  const [a, b] = [await openLock(path, { waitMs: 0 }), await openLock(path, { waitMs: 0 })];
  const release = a.take();
  expect(() => b.take()).toThrow(LockBusy);
  release();
  expect(b.hold(() => 7)).toBe(7);
  expect(() => b.hold(() => { throw new Error('work'); })).toThrow('work');
  a.take()();
  a.close();
  b.close();
});

it('keeps other processes out, also after this one opened it a second time and closed that', async () => {
  const lock = await openLock(path, { waitMs: 0 });
  const release = lock.take();
  expect(await takenElsewhere()).toBe('busy');
  (await openLock(path, { waitMs: 0 })).close();
  expect(await takenElsewhere()).toBe('busy');
  release();
  expect(await takenElsewhere()).toBe('taken');
  lock.close();
});

it('makes an empty file for its owner alone, and refuses a link', async () => {
  (await openLock(path, { waitMs: 0 })).close();
  expect([statSync(path).size, statSync(path).mode & 0o777]).toEqual([0, 0o600]);
  writeFileSync(join(folder, 'other'), '');
  symlinkSync(join(folder, 'other'), join(folder, 'link'));
  await expect(openLock(join(folder, 'link'), { waitMs: 0 })).rejects.toThrow('not a file');
});

async function takenElsewhere(): Promise<string> {
  const module = new URL('../../../src/lib/exclusive-lock.ts', import.meta.url).href;
  const code = `const { openLock } = await import(${JSON.stringify(module)}); const lock = await openLock(${JSON.stringify(path)}, { waitMs: 0 }); try { lock.take(); console.log('taken'); } catch { console.log('busy'); }`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'ignore'] });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await new Promise((resolve) => child.once('close', resolve));
  return text.trim();
}
