import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { packTar } from 'modern-tar';
import { afterAll, describe, expect, it } from 'vitest';
import { sniff, type Compression } from '../../../src/lib/sniff.ts';
import { decompressed } from '../../../src/sources/archive/inflate.ts';
import { readAll, readBytes } from '../../../src/sources/read/byte-source.ts';
import { removeFolders, temporaryFolder } from './build-repository.ts';
import { buildZip } from './build-zip.ts';
import { scanTarget, type Seen } from './scan-target.ts';

afterAll(removeFolders);

/** What the programs of that name made of one line. */
const LINE = 'words of a log\n';
const BZIP2 = Buffer.from('QlpoOTFBWSZTWfZsOQsAAAdRgAAQQAAlhJiAIAAiAaGQgGmmgCyCWliqS8XckU4UJD2bDkLA', 'base64');
const XZ = Buffer.from('/Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQAOd29yZHMgb2YgYSBsb2cKAADY3d89l4SMbQABJw/fGvxqH7bzfQEAAAAABFla', 'base64');
const PACKED: Readonly<Record<Compression, Buffer>> = { gzip: gzipSync(LINE), zstd: zstdCompressSync(LINE), bzip2: BZIP2, xz: XZ };
const KINDS = Object.keys(PACKED) as readonly Compression[];
const SUFFIX: Readonly<Record<Compression, string>> = { gzip: 'gz', zstd: 'zst', bzip2: 'bz2', xz: 'xz' };

async function unpack(kind: Compression, packed: Uint8Array): Promise<Buffer> {
  const read = decompressed(kind, readBytes(packed), (error) => {
    throw error;
  });
  return Buffer.from((await readAll(read, Number.POSITIVE_INFINITY)) ?? []);
}

async function scanFile(name: string, content: Uint8Array): Promise<Seen> {
  const file = join(temporaryFolder(), name);
  writeFileSync(file, content);
  return scanTarget(file);
}

/** The program itself, where the machine has it. */
function packWith(kind: 'bzip2' | 'xz' | 'zstd', input: Uint8Array, ...options: readonly string[]): Buffer | undefined {
  const { status, stdout } = spawnSync(kind, ['-c', '-q', ...options], { input, maxBuffer: 64 << 20 });
  return status === 0 ? stdout : undefined;
}
const has = (kind: 'bzip2' | 'xz' | 'zstd'): boolean => packWith(kind, Buffer.from('x')) !== undefined;

describe('compressed files', () => {
  it.each(KINDS)('%s is known by its head, its content named after it', async (kind) => {
    expect(sniff(PACKED[kind])).toBe(kind);
    const name = `app.log.${SUFFIX[kind]}`;
    const seen = await scanFile(name, PACKED[kind]);
    expect(seen.blobs.map(({ path, text }) => [path, text])).toEqual([[`${name}!/app.log`, LINE]]);
    expect(seen.skips).toEqual([]);
    expect(seen.counts.scanned.files).toBe(1);
  });

  it.each(KINDS)('%s after %s is one stream, and rubbish after it is a gap', async (kind) => {
    const packed = PACKED[kind];
    expect((await unpack(kind, Buffer.concat([packed, packed, packed]))).toString()).toBe(LINE.repeat(3));
    if (kind === 'gzip') return;
    const seen = await scanFile('x', Buffer.concat([packed, Buffer.from('and this is something else')]));
    expect(seen.skips.map(({ reason }) => reason)).toEqual(['archive-damaged']);
  });

  it.each(KINDS)('%s that is cut off anywhere is a gap', async (kind) => {
    const packed = PACKED[kind];
    for (const length of [packed.length >> 1, packed.length - 5, packed.length - 1]) {
      const seen = await scanFile('x', packed.subarray(0, length));
      expect([length, seen.skips.map(({ reason }) => reason)]).toEqual([length, ['archive-damaged']]);
      expect(seen.counts.scanned.files).toBe(0);
    }
  });

  it.each(KINDS)('%s that is garbled ends in an error or in what was packed', async (kind) => {
    const packed = PACKED[kind];
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(packed.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }), async (changes) => {
        const garbled = Buffer.from(packed);
        for (const [at, byte] of changes) garbled[at] = byte;
        const answer = await unpack(kind, garbled).catch((error: unknown) => error);
        // The head of gzip is not covered by a checksum; that of zstd is not there by default.
        if (answer instanceof Buffer && kind !== 'zstd') expect(answer.toString()).toBe(LINE);
      }),
      { numRuns: 150, seed: 8 },
    );
  });

  it('are unpacked in one another and in zips', async () => {
    const tar = await packTar([{ header: { name: 'in/notes.xz', size: XZ.length, mtime: new Date(0) }, body: XZ }]);
    const seen = await scanFile('all.zip', buildZip([{ name: 'a.tar.zst', content: zstdCompressSync(tar), stored: true }, { name: 'b.bz2', content: BZIP2 }]));
    expect(seen.blobs.map(({ path, text }) => [path, text])).toEqual([['all.zip!/a.tar.zst!/in/notes.xz!/notes', LINE], ['all.zip!/b.bz2!/b', LINE]]);
    expect(seen.skips).toEqual([]);
  });

  it('are methods of zip too, with sizes and checksums of the directory held against them', async () => {
    const whole = { size: LINE.length, crc: crc32(LINE) };
    const packed = [{ content: BZIP2, method: 12 }, { content: PACKED.zstd, method: 93 }, { content: XZ, method: 95 }];
    const seen = await scanFile('x.zip', buildZip([...packed.map(({ content, method }) => ({ name: `m${method}`, content, stored: true, claims: { ...whole, method } })), { name: 'lie', content: XZ, stored: true, claims: { ...whole, crc: 1, method: 95 } }]));
    expect(seen.blobs.map(({ path, text }) => [path, text])).toEqual(packed.map(({ method }) => [`x.zip!/m${method}`, LINE]));
    expect(seen.skips.map(({ what, reason }) => [what, reason])).toEqual([['x.zip!/lie', 'archive-damaged']]);
  });

  it('words that begin like a magic number are text', () => {
    for (const text of ['BZh9 is how it begins', 'BZhello', '(\u00b5/ text', 'Putty\n']) expect(sniff(Buffer.from(text))).toBe('text');
  });

  it('that unpack to far more than their size end in archive-limit', async () => {
    const zeros = zstdCompressSync(Buffer.alloc(64 << 20));
    const seen: string[] = [];
    let total = 0;
    const file = join(temporaryFolder(), 'bomb.zst');
    writeFileSync(file, Buffer.concat(Array.from({ length: 6 }, () => zeros)));
    const { readUnit } = await import('../../../src/sources/index.ts');
    const before = process.memoryUsage.rss();
    for await (const blob of readUnit({ kind: 'files', root: join(file, '..'), paths: ['bomb.zst'], log: false }, { mode: 'tree', includeIgnored: false, archives: true, binaries: true, ignore: [] }, () => undefined)) {
      const window = new Uint8Array(1 << 20);
      try {
        for (let count = await blob.read(window); count > 0; count = await blob.read(window)) total += count;
      } catch (error) {
        seen.push((error as { skip: { reason: string } }).skip.reason);
      }
    }
    expect(seen).toEqual(['archive-limit']);
    expect(total).toBeLessThan(300 << 20);
    expect(process.memoryUsage.rss() - before).toBeLessThan(250 << 20);
  });

  it('bzip2 with a run that overflows ends', async () => {
    // A valid head of a block with one byte in use and two codes of one bit, then nothing but the sign "a longer run".
    const bits = ['0'.repeat(32), '0', '0'.repeat(24), '1' + '0'.repeat(15), '1' + '0'.repeat(15), '010', '000000000000001', '0', ...Array.from({ length: 2 }, () => '00001' + '0' + '100' + '0')].join('');
    const run = Buffer.alloc(4000);
    const head = Buffer.from(bits.padEnd(Math.ceil(bits.length / 8) * 8, '0').match(/.{8}/g)?.map((byte) => Number.parseInt(byte, 2)) ?? []);
    await expect(unpack('bzip2', Buffer.concat([Buffer.from('BZh9'), Buffer.from('314159265359', 'hex'), head, run]))).rejects.toThrow('damaged');
  });
});

describe.each(['bzip2', 'xz', 'zstd'] as const)('what the program %s makes', (kind) => {
  it.skipIf(!has(kind))('is unpacked whole, whatever it is made of', async () => {
    let state = 7;
    const noise = Buffer.from(Array.from({ length: 300_000 }, () => (state = (state * 1_103_515_245 + 12_345) & 0x7fffffff) >> 16));
    for (const text of [Buffer.alloc(0), Buffer.alloc(2_000_000), Buffer.from('abc\n'.repeat(100_000)), noise, Buffer.concat([Buffer.alloc(4, 'a'), Buffer.alloc(259, 'b'), noise.subarray(0, 5000), Buffer.alloc(70_000, 'cccccd')])]) {
      const packed = packWith(kind, text) as Buffer;
      expect((await unpack(kind, packed)).equals(text)).toBe(true);
      expect((await unpack(kind, Buffer.concat([packed, packed]))).equals(Buffer.concat([text, text]))).toBe(true);
    }
  });
});

describe('xz of a kind that is not known here', () => {
  it.skipIf(!has('xz')).each([['--check=sha256', 'not known'], ['--lzma2=dict=256MiB', '64 MiB']])('%s is a gap that says so', async (option, why) => {
    const seen = await scanFile('x.xz', packWith('xz', Buffer.from(LINE), option) as Buffer);
    expect(seen.skips).toEqual([expect.objectContaining({ what: 'x.xz', reason: 'archive-damaged', detail: expect.stringContaining(why) as string })]);
  });
});
