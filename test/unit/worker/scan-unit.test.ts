import { execFileSync } from 'node:child_process';
import { lstatSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stampOf, SkipError, type CoverageEvent, type ScanOutput, type SourceOptions, type Unit } from '../../../src/model/index.ts';
import { readPlainFile, readUnit } from '../../../src/sources/index.ts';
import { scanWith } from '../../../src/worker/scan-unit.ts';
import { joined, summed, type UnitResult } from '../../../src/worker/unit-result.ts';
import { engineFor, plaintexts, RULES } from '../detect/engine.ts';
import { buildZip } from '../sources/build-zip.ts';

const scanner = engineFor(RULES.filter(({ id }) => /^(?:npm|github|gitlab|generic)/.test(id)));
const TOKEN = `api_secret = "${Array.from({ length: 40 }, (_, index) => 'k3Jd9PqLmZx8RtVwB7'[(index * 7) % 18]).join('')}"\n`;
const wide = (text: string): Buffer => Buffer.from(`\uFEFF${text}`, 'utf16le');

const FILES: Readonly<Record<string, Uint8Array | string>> = {
  'plain.txt': TOKEN,
  'marked.txt': `\uFEFF${TOKEN}`,
  'empty.txt': '',
  'one.txt': 'x',
  'wide.txt': wide(TOKEN),
  'wide-without-mark.txt': Buffer.from(TOKEN, 'utf16le'),
  'binary.bin': Buffer.from(`\0\x01\x02${TOKEN}`),
  'late-nul.txt': `${'y\n'.repeat(4100)}\0${TOKEN}`,
  'packed.gz': gzipSync(TOKEN),
  'packed.zip': buildZip([{ name: 'a.txt', content: TOKEN }]),
  'program.pyz': Buffer.concat([Buffer.from('#!/usr/bin/env python3\n'), buildZip([{ name: 'a.txt', content: TOKEN }])]),
  'large-program.pyz': Buffer.concat([Buffer.from(`#!/bin/sh\n${'# nothing\n'.repeat(9000)}`), buildZip([{ name: 'a.txt', content: TOKEN }])]),
  'script.sh': `#!/bin/sh\n${TOKEN}`,
  'large-script.sh': `#!/bin/sh\n${'# nothing\n'.repeat(9000)}${TOKEN}`,
  'kept.7z': Buffer.concat([Buffer.from([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]), Buffer.from(TOKEN)]),
  'pointer.txt': `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 12345\n`,
  'notebook.ipynb': `{"a": "\\u001b[31m${TOKEN.replaceAll('"', '').trim()}\\u001b[0m"}`,
  'over-a-head.txt': `${'# nothing\n'.repeat(9000)}${TOKEN}`,
  'over-the-buffer.txt': `${'# nothing at all in this line\n'.repeat(60_000)}${TOKEN}`,
  'encoded.txt': `${Buffer.from(TOKEN.repeat(3)).toString('base64')}\n`,
  '.npmrc': `//registry.example/:_authToken=${'k3Jd9PqLmZx8RtVwB7'.repeat(2)}\n`,
  'caf\u00e9 \n.txt': TOKEN,
};
const UNREADABLE = ['gone.txt', 'link.txt', 'folder', 'pipe'];
const OPTIONS: Readonly<Record<string, SourceOptions>> = {
  'all is wanted': { mode: 'tree', includeIgnored: false, archives: true, binaries: true, ignore: [] },
  'text only': { mode: 'tree', includeIgnored: false, archives: false, binaries: false, ignore: [] },
  'a limit': { mode: 'tree', includeIgnored: false, archives: true, binaries: true, ignore: [], maxFileBytes: 1000 },
};

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'tokenwarden-unit-'));
  for (const [name, content] of Object.entries(FILES)) await writeFile(join(root, name), content);
  await symlink('plain.txt', join(root, 'link.txt'));
  await mkdir(join(root, 'folder'));
  execFileSync('mkfifo', [join(root, 'pipe')]);
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** The unit gone through as anything can be, with nothing read in one go. */
async function goneThrough(unit: Unit, options: SourceOptions): Promise<UnitResult> {
  const events: CoverageEvent[] = [];
  const outputs: ScanOutput[] = [];
  for await (const blob of readUnit(unit, options, (event) => void events.push(event))) {
    try {
      const { matches, secrets } = await scanner.scan(blob);
      outputs.push({ matches, secrets });
    } catch (error) {
      if (!(error instanceof SkipError)) throw error;
      events.push({ type: 'skipped', skip: error.skip });
    }
  }
  return { ...joined(outputs), events: summed(events) };
}

const unitOf = (paths: readonly string[], log = false): Unit => ({ kind: 'files', root, paths, log });
const scan = (unit: Unit, options: SourceOptions): Promise<UnitResult> => scanWith(scanner, { unit, options }, undefined);

describe.each(Object.entries(OPTIONS))('with %s, a file that is read in one go', (_name, options) => {
  it.each([...Object.keys(FILES), ...UNREADABLE])('%j gives what it gives when it is gone through', async (path) => {
    for (const log of [false, true]) expect(await scan(unitOf([path], log), options)).toEqual(await goneThrough(unitOf([path], log), options));
  });

  it('does so among others', async () => {
    const all = unitOf([...Object.keys(FILES), ...UNREADABLE]);
    const [fast, slow] = [await scan(all, options), await goneThrough(all, options)];
    expect(plaintexts(fast)).toEqual(plaintexts(slow));
    expect({ ...fast, events: fast.events.length }).toEqual({ ...slow, events: slow.events.length });
    expect(fast.events).toEqual(expect.arrayContaining([...slow.events]));
  });
});

describe('what is read in one go', () => {
  const options = OPTIONS['all is wanted'] as SourceOptions;
  const count = (path: string, stamp?: Float64Array): number => readPlainFile({ root, log: false }, path, scanner.buffer, options, stamp);

  it('is text as it lies, and nothing else', () => {
    const plain = Object.keys(FILES).filter((path) => count(path) !== -1);
    expect(plain).toEqual(['plain.txt', 'marked.txt', 'empty.txt', 'one.txt', 'late-nul.txt', 'script.sh', 'over-a-head.txt', 'encoded.txt', '.npmrc', 'caf\u00e9 \n.txt']);
    expect(UNREADABLE.map((path) => count(path))).toEqual([-1, -1, -1, -1]);
  });

  it('has the stamp with which it was listed', () => {
    const stamp = Float64Array.from(stampOf(lstatSync(join(root, 'plain.txt'))));
    expect(count('plain.txt', stamp)).toBe(TOKEN.length);
    expect(count('plain.txt', stamp.map((number, index) => (index === 3 ? number - 1 : number)))).toBe(-1);
  });

  it('teaches a cache the same', async () => {
    const paths = Object.keys(FILES);
    const stamps = Float64Array.from(paths.flatMap((path) => stampOf(lstatSync(join(root, path)))));
    const { learned } = await scanWith(scanner, { unit: { kind: 'files', root, paths, log: false, stamps }, options, learn: true }, undefined);
    const state = (path: string): number | undefined => learned?.states[paths.indexOf(path)];
    expect(state('plain.txt')).toBe(1);
    expect(state('empty.txt')).toBe(1);
    expect(state('pointer.txt')).toBe(0);
    expect(learned?.matches.map(({ index }) => paths[index])).toContain('over-a-head.txt');
  });
});
