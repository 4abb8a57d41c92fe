import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { packTar } from 'modern-tar';
import { readUnit } from '../../../src/sources/index.ts';
import type { CoverageEvent, SourceOptions } from '../../../src/model/index.ts';
import { removeFolders, temporaryFolder } from './build-repository.ts';
import { buildZip, type ZipEntry } from './build-zip.ts';
import { scanTarget, standardInput, type Seen } from './scan-target.ts';

afterAll(removeFolders);

async function scanFile(name: string, content: Uint8Array, options: Partial<SourceOptions> = {}): Promise<Seen> {
  const folder = temporaryFolder();
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), content);
  return scanTarget(join(folder, name), options);
}

const tarOf = (files: Readonly<Record<string, string | Uint8Array>>): Promise<Uint8Array> =>
  packTar(Object.entries(files).map(([name, body]) => ({ header: { name, size: Buffer.byteLength(body), mtime: new Date(0) }, body })));
const zipOf = (files: Readonly<Record<string, string | Uint8Array>>): Buffer => buildZip(Object.entries(files).map(([name, content]) => ({ name, content })));
const reasons = (seen: Seen): readonly (readonly [string, string])[] => seen.skips.map(({ reason, what }) => [reason, what]);

describe('archives', () => {
  it('are their members: zip, tar, gzip and compressed tar', async () => {
    const files = { 'a.txt': 'alpha', 'dir/b.txt': 'beta'.repeat(5000), 'dir/empty': '' };
    const expected = Object.entries(files).sort();
    for (const [name, content] of [['x.zip', zipOf(files)], ['x.jar', zipOf(files)], ['x.tar', await tarOf(files)], ['x.tgz', gzipSync(await tarOf(files))]] as const) {
      const seen = await scanFile(name, content);
      expect(seen.blobs.map(({ path, text }) => [path.replace(`${name}!/`, ''), text])).toEqual(expected);
      expect(seen.skips).toEqual([]);
      expect(seen.counts.scanned).toEqual({ files: 1, blobs: 0, commits: 0, bytes: content.length });
    }
    expect((await scanFile('app.log.gz', gzipSync('log line'))).blobs.map(({ path, text }) => [path, text])).toEqual([['app.log.gz!/app.log', 'log line']]);
  });

  it('may be stored, large, or with names of other lands', async () => {
    const large = Buffer.alloc(9 << 20, 'large ');
    const seen = await scanFile('x.zip', buildZip([{ name: 'stored', content: 'plain', stored: true }, { name: 'large', content: large }, { name: 'large-stored', content: large, stored: true }, { name: '日本/ü', content: 'wide' }]));
    expect(seen.blobs.map(({ path }) => path)).toEqual(['x.zip!/stored', 'x.zip!/large', 'x.zip!/large-stored', 'x.zip!/日本/ü']);
    expect(seen.at('x.zip!/large').bytes.equals(large)).toBe(true);
    expect(seen.at('x.zip!/large-stored').bytes.equals(large)).toBe(true);
    const tar = await scanFile('x.tar', await tarOf({ [`${'long/'.repeat(60)}name`]: 'deep', large }));
    expect(tar.at(`x.tar!/${'long/'.repeat(60)}name`).text).toBe('deep');
    expect(tar.at('x.tar!/large').bytes.equals(large)).toBe(true);
  });

  it('are unpacked in one another, down to five', async () => {
    const inner = zipOf({ 'secret.txt': 'found' });
    const nested = gzipSync(await tarOf({ 'pkg/lib.jar': inner, 'pkg/again.tar': await tarOf({ 'notes.gz': gzipSync('noted') }) }));
    const seen = await scanFile('release.tgz', zipOf({ 'data.tgz': nested }));
    expect(seen.blobs.map(({ path, text }) => [path, text])).toEqual([
      ['release.tgz!/data.tgz!/pkg/lib.jar!/secret.txt', 'found'],
      ['release.tgz!/data.tgz!/pkg/again.tar!/notes.gz!/notes', 'noted'],
    ]);
    expect(seen.skips).toEqual([]);
    let deep: Uint8Array = Buffer.from('bottom');
    for (let level = 0; level < 5; level += 1) deep = zipOf({ [`level${level}`]: deep });
    expect((await scanFile('ok.zip', deep)).blobs.map(({ text }) => text)).toEqual(['bottom']);
    const seventh = await scanFile('deep.zip', zipOf({ top: deep }));
    expect(seventh.blobs).toEqual([]);
    expect(seventh.skips.map(({ reason }) => reason)).toEqual(['archive-limit']);
    expect(seventh.counts.scanned.files).toBe(0);
  });

  it('are left out when the user says so, and their binaries in one line', async () => {
    const program = Buffer.from([1, 2, 0, 0, 3]);
    const zip = zipOf({ one: program, two: program, text: 't' });
    expect(reasons(await scanFile('x.zip', zip, { archives: false }))).toEqual([['excluded-archive', 'x.zip']]);
    const seen = await scanFile('x.zip', zip, { binaries: false });
    expect(seen.paths).toEqual(['x.zip!/text']);
    expect(seen.skips).toEqual([expect.objectContaining({ what: 'x.zip', reason: 'excluded-binary', count: 2 })]);
  });

  it('from standard input and logs keep their origin', async () => {
    const seen = await scanTarget({ ...standardInput(gzipSync('piped')), log: true } as Parameters<typeof scanTarget>[0]);
    expect(seen.blobs.map(({ origin, text }) => [origin, text])).toEqual([[{ kind: 'member', archive: { kind: 'log', name: '(standard input)' }, path: '(standard input) (unpacked)' }, 'piped']]);
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'logs.zip'), zipOf({ 'build/1_Set up.txt': 'step' }));
    const log = await scanTarget({ kind: 'path', path: join(folder, 'logs.zip'), log: true });
    expect(log.blobs.map(({ origin }) => origin)).toEqual([{ kind: 'member', archive: { kind: 'log', name: 'logs.zip', job: 'build', step: 'Set up' }, path: 'build/1_Set up.txt' }]);
  });

  it('obey the cap that the user set, member by member', async () => {
    const seen = await scanFile('x.zip', zipOf({ big: 'b'.repeat(100_000), small: 's' }), { maxFileBytes: 50_000 });
    expect(seen.paths).toEqual(['x.zip!/small']);
    expect(reasons(seen)).toEqual([['too-large', 'x.zip!/big']]);
  });
});

describe('hostile archives', () => {
  const memoryOf = async (work: () => Promise<unknown>): Promise<number> => {
    globalThis.gc?.();
    const before = process.memoryUsage.rss();
    await work();
    return process.memoryUsage.rss() - before;
  };

  it('that unpack to far more than their size end in archive-limit, with memory flat', async () => {
    const zeros = gzipSync(Buffer.alloc(64 << 20), { level: 9 });
    const bomb = gzipSync(Buffer.concat(Array.from({ length: 8 }, () => zeros)), { level: 9 });
    const options: SourceOptions = { mode: 'tree', includeIgnored: false, archives: true, binaries: true, ignore: [] };
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'bomb.gz'), bomb);
    const events: CoverageEvent[] = [];
    let total = 0;
    const grown = await memoryOf(async () => {
      const window = new Uint8Array(1 << 20);
      for await (const blob of readUnit({ kind: 'files', root: folder, paths: ['bomb.gz'], log: false }, options, (event) => void events.push(event))) {
        try {
          for (let count = await blob.read(window); count > 0; count = await blob.read(window)) total += count;
        } catch (error) {
          events.push({ type: 'skipped', skip: (error as { skip: { what: string; reason: 'archive-limit' } }).skip });
        }
      }
    });
    expect(bomb.length).toBeLessThan(100_000);
    expect(events.map((event) => event.type === 'skipped' && event.skip.reason)).toEqual(['archive-limit']);
    expect(total).toBeLessThan(300 << 20);
    expect(grown).toBeLessThan(200 << 20);
  });

  it('with overlapping entries count every unpacking', async () => {
    const content = Buffer.alloc(3 << 20);
    const first: ZipEntry = { name: 'a', content };
    const zip = buildZip([first, ...Array.from({ length: 200 }, (_, index): ZipEntry => ({ name: `b${index}`, content, claims: { offset: 0 } }))]);
    const small = await scanFile('x.zip', zip);
    expect(small.skips.map(({ reason }) => reason)).toEqual(['archive-limit']);
    expect(small.counts.scanned.files).toBe(0);
  });

  it('that lie about sizes, checksums or places are damaged there, and read elsewhere', async () => {
    const seen = await scanFile('x.zip', buildZip([
      { name: 'fine', content: 'fine' },
      { name: 'too-small', content: 'x'.repeat(1000), claims: { size: 10 } },
      { name: 'too-big', content: 'x'.repeat(1000), claims: { size: 5000 } },
      { name: 'crc', content: 'altered', claims: { crc: 1 } },
      { name: 'place', content: 'nowhere', claims: { offset: 7 } },
      { name: 'large', content: Buffer.alloc(6 << 20, 1), claims: { size: 5 << 20 } },
      { name: 'last', content: 'last' },
    ]));
    // What the directory does not find, the bytes between the entries hold.
    expect(seen.paths).toEqual([expect.stringMatching(/^x\.zip!\/\(bytes \d+ to \d+\)$/), 'x.zip!/fine', 'x.zip!/last']);
    expect(reasons(seen)).toEqual([...['too-small', 'too-big', 'crc', 'place', 'large'].map((name) => ['archive-damaged', `x.zip!/${name}`]), ['archive-damaged', 'x.zip']]);
    expect(seen.counts.scanned.files).toBe(0);
  });

  it('hide nothing beside the entries that their directory names', async () => {
    const whole = buildZip([{ name: 'a.txt', content: 'of the directory' }]);
    const hidden = buildZip([{ name: 'b.txt', content: 'of no directory', stored: true }]).subarray(0, 30 + 5 + 15);
    const commented = Buffer.concat([whole, Buffer.from('beside it all')]);
    commented.writeUInt16LE(13, whole.length - 2);
    const before = await scanFile('before.zip', Buffer.concat([hidden, whole]));
    expect(before.paths).toEqual(['before.zip!/(bytes 0 to 50)', 'before.zip!/a.txt']);
    expect(before.at('before.zip!/(bytes 0 to 50)').text).toContain('of no directory');
    expect(before.skips.map(({ what, reason, detail }) => [what, reason, detail])).toEqual([['before.zip', 'archive-damaged', expect.stringContaining('does not name')]]);
    const beside = await scanFile('commented.zip', commented);
    expect(beside.paths).toEqual(['commented.zip!/(comments)', 'commented.zip!/a.txt']);
    expect(beside.at('commented.zip!/(comments)').text).toBe('beside it all\n');
    expect(beside.skips).toEqual([]);
  });

  it('may be programs, with a line before them', async () => {
    const line = Buffer.from('#!/usr/bin/env python3\n# and a comment beside it\n');
    const zip = buildZip([{ name: '__main__.py', content: 'of the program' }]);
    const seen = await scanFile('app', Buffer.concat([line, zip]));
    expect(seen.paths).toEqual([`app!/(bytes 0 to ${line.length})`, 'app!/__main__.py']);
    expect(seen.at('app!/__main__.py').text).toBe('of the program');
    expect(seen.skips).toEqual([]);
  });

  it('with encrypted members or unknown methods say which', async () => {
    const seen = await scanFile('x.zip', buildZip([{ name: 'locked', content: 'x', claims: { flags: 0x801 } }, { name: 'lzma', content: 'x', claims: { method: 14 } }, { name: 'open', content: 'o' }]));
    expect(seen.paths).toEqual(['x.zip!/open']);
    expect(reasons(seen)).toEqual([['unreadable', 'x.zip!/locked'], ['unreadable', 'x.zip!/lzma']]);
  });

  it('whose names lead out are read under harmless names, and that is no gap', async () => {
    const evil = { '../../etc/passwd': 'one', '/absolute': 'two', 'a\\..\\b': 'three', './x': 'four' };
    for (const [name, content] of [['x.zip', zipOf(evil)], ['x.tar', await tarOf(evil)]] as const) {
      const seen = await scanFile(name, content);
      expect(seen.blobs.map(({ path, text }) => [path, text])).toEqual([[`${name}!/etc/passwd`, 'one'], [`${name}!/absolute`, 'two'], [`${name}!/a/b`, 'three'], [`${name}!/x`, 'four']]);
      expect(seen.skips).toEqual([]);
    }
  });

  it('that are cut off or garbled are gaps, never silent', async () => {
    const zip = zipOf({ a: 'alpha'.repeat(100), b: 'beta'.repeat(100) });
    const tar = Buffer.from(await tarOf({ a: 'alpha'.repeat(1000), b: 'beta'.repeat(1000) }));
    const random = Buffer.from(Array.from({ length: 50_000 }, (_, index) => (index * index * 31 + (index >> 3)) & 0xff));
    const gz = gzipSync(random);
    const garbledTar = Buffer.from(tar);
    garbledTar.fill(0x41, tar.indexOf('b', 512 * 10), tar.indexOf('b', 512 * 10) + 200);
    for (const [name, content] of [
      ['cut.zip', zip.subarray(0, zip.length - 30)],
      ['cut.tar', tar.subarray(0, 3000)],
      ['cut.gz', gz.subarray(0, gz.length >> 1)],
      ['garbled.gz', Buffer.concat([gz.subarray(0, 100), Buffer.alloc(100, 0xff), gz.subarray(200)])],
      ['cut.tgz', gzipSync(tar).subarray(0, 60)],
      ['garbled.tar', garbledTar],
      ['empty-directory.zip', buildZip([{ name: 'hidden', content: 'x'.repeat(99) }], { entryCount: 0 })],
      ['many.zip', buildZip([{ name: 'a', content: 'x' }], { entryCount: 60_000 })],
      ['far.zip', buildZip([{ name: 'a', content: 'x' }], { directoryOffset: 0x7fffffff })],
    ] as const) {
      const seen = await scanFile(name, content);
      expect([name, seen.skips.map(({ reason }) => reason)]).toEqual([name, ['archive-damaged']]);
      expect(seen.counts.scanned.files).toBe(0);
    }
  });

  it('with very many members end in archive-limit, with memory flat', async () => {
    const header = Buffer.from(await tarOf({ n: '' })).subarray(0, 512);
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'many.tgz'), gzipSync(Buffer.concat(Array.from({ length: 250_000 }, () => header))));
    const events: CoverageEvent[] = [];
    let members = 0;
    const grown = await memoryOf(async () => {
      const options: SourceOptions = { mode: 'tree', includeIgnored: false, archives: true, binaries: true, ignore: [] };
      for await (const blob of readUnit({ kind: 'files', root: folder, paths: ['many.tgz'], log: false }, options, (event) => void events.push(event))) {
        members += 1;
        await blob.read(new Uint8Array(8));
      }
    });
    expect(members).toBe(200_000);
    expect(events.map((event) => event.type === 'skipped' && event.skip.reason)).toEqual(['archive-limit']);
    expect(grown).toBeLessThan(250 << 20);
  });

  it('may be left unread halfway', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'x.tgz'), gzipSync(await tarOf({ a: 'a'.repeat(3 << 20), b: 'b' })));
    const options: SourceOptions = { mode: 'tree', includeIgnored: false, archives: true, binaries: true, ignore: [] };
    const paths: string[] = [];
    for await (const blob of readUnit({ kind: 'files', root: folder, paths: ['x.tgz'], log: false }, options, () => undefined)) {
      paths.push(blob.origin.kind === 'member' ? blob.origin.path : '');
      await blob.read(new Uint8Array(16));
    }
    expect(paths).toEqual(['a', 'b']);
    for await (const blob of readUnit({ kind: 'files', root: folder, paths: ['x.tgz'], log: false }, options, () => undefined)) {
      expect(blob.sizeBytes).toBe(3 << 20);
      break;
    }
  });
});
