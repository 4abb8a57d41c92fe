import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { makeFolder } from '../../../src/lib/make-folder.ts';

const base = mkdtempSync(join(tmpdir(), 'tokenwarden-folder-'));
afterAll(() => rmSync(base, { recursive: true }));

it('makes what is missing, for the owner only, and is content with what is there', () => {
  makeFolder(join(base, 'a/b'));
  makeFolder(join(base, 'a/b'));
  expect(['a', 'a/b'].map((name) => statSync(join(base, name)).mode & 0o777)).toEqual([0o700, 0o700]);
});

it('ends with the error of the system where nothing can be made', () => {
  writeFileSync(join(base, 'file'), '');
  expect(() => makeFolder(join(base, 'file'))).toThrow(expect.objectContaining({ code: 'ENOTDIR' }));
  expect(() => makeFolder(join(base, 'file/sub'))).toThrow(expect.objectContaining({ code: 'ENOTDIR' }));
});

it.skipIf(process.platform !== 'linux')('ends where a file system denies folders in an odd way', () => {
  expect(() => makeFolder('/proc/tokenwarden/state')).toThrow(expect.objectContaining({ code: 'ENOENT' }));
});
