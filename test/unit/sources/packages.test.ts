import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { packTar } from 'modern-tar';
import { afterAll, describe, expect, it } from 'vitest';
import { removeFolders, temporaryFolder } from './build-repository.ts';
import { scanTarget, type Seen } from './scan-target.ts';

afterAll(removeFolders);

async function scanFile(name: string, content: Uint8Array): Promise<Seen> {
  const file = join(temporaryFolder(), name);
  writeFileSync(file, content);
  return scanTarget(file);
}

const texts = (seen: Seen): readonly (readonly [string, string])[] => seen.blobs.map(({ path, text }) => [path, text]);
const padded = (bytes: Buffer, to: number, fill = 0): Buffer => Buffer.concat([bytes, Buffer.alloc((to - (bytes.length % to)) % to, fill)]);

function ar(members: readonly (readonly [string, Uint8Array | string])[]): Buffer {
  const parts = members.map(([name, content]) => {
    const bytes = Buffer.from(content);
    return padded(Buffer.concat([Buffer.from(`${name.padEnd(16)}${'0'.padEnd(12)}${'0'.padEnd(6)}${'0'.padEnd(6)}${'100644'.padEnd(8)}${String(bytes.length).padEnd(10)}\`\n`), bytes]), 2, 10);
  });
  return Buffer.concat([Buffer.from('!<arch>\n'), ...parts]);
}

function newc(members: readonly (readonly [string, string, number?])[]): Buffer {
  const hex = (value: number): string => value.toString(16).padStart(8, '0');
  const one = ([name, content, mode = 0o100644]: readonly [string, string, number?]): Buffer => {
    const head = `070701${hex(1)}${hex(mode)}${hex(0).repeat(4)}${hex(Buffer.byteLength(content))}${hex(0).repeat(4)}${hex(name.length + 1)}${hex(0)}`;
    return Buffer.concat([padded(Buffer.from(`${head}${name}\0`), 4), padded(Buffer.from(content), 4)]);
  };
  return Buffer.concat([...members, ['TRAILER!!!', '', 0] as const].map(one));
}

function odc(name: string, content: string): Buffer {
  const octal = (value: number, digits: number): string => value.toString(8).padStart(digits, '0');
  const one = (path: string, body: string): string => `070707${octal(0, 6)}${octal(1, 6)}${octal(0o100644, 6)}${octal(0, 24)}${octal(0, 11)}${octal(path.length + 1, 6)}${octal(body.length, 11)}${path}\0${body}`;
  return Buffer.from(one(name, content) + one('TRAILER!!!', ''));
}

function rpm(header: string, payload: Uint8Array): Buffer {
  const section = (data: Buffer): Buffer => {
    const head = Buffer.alloc(16);
    head.writeUInt32BE(0x8eade801, 0);
    head.writeUInt32BE(1, 8);
    head.writeUInt32BE(data.length, 12);
    return Buffer.concat([head, Buffer.alloc(16), data]);
  };
  const lead = Buffer.alloc(96);
  lead.writeUInt32BE(0xedabeedb, 0);
  return Buffer.concat([padded(Buffer.concat([lead, section(Buffer.from('signature'))]), 8), section(Buffer.from(header)), payload]);
}

describe('packages', () => {
  it('of Debian are their control files and data', async () => {
    const tar = (files: Readonly<Record<string, string>>): Promise<Uint8Array> => packTar(Object.entries(files).map(([name, body]) => ({ header: { name, size: body.length, mtime: new Date(0) }, body })));
    const seen = await scanFile('x.deb', ar([['debian-binary', '2.0\n'], ['control.tar.gz', gzipSync(await tar({ postinst: 'set up' }))], ['data.tar', await tar({ 'etc/app.conf': 'configured' })]]));
    expect(texts(seen)).toEqual([['x.deb!/debian-binary', '2.0\n'], ['x.deb!/control.tar.gz!/postinst', 'set up'], ['x.deb!/data.tar!/etc/app.conf', 'configured']]);
    expect(seen.skips).toEqual([]);
  });

  it('of RPM are their header and the files of their payload', async () => {
    const seen = await scanFile('x.rpm', rpm('a script in the header', gzipSync(newc([['./etc/app.conf', 'configured'], ['./dir', '', 0o040755]]))));
    expect(seen.at('x.rpm!/header').text).toContain('a script in the header');
    expect(seen.at('x.rpm!/payload!/etc/app.conf').text).toBe('configured');
    expect(seen.skips).toEqual([]);
  });
});

describe('an ar', () => {
  it('may name its members at length, as GNU and BSD do', async () => {
    const long = 'a-very-long-name-of-a-member.o';
    const seen = await scanFile('x.a', ar([['/', 'symbols'], ['//', `${long}/\nother/\n`], ['/0', 'one'], ['#1/20', `${'bsd-name.o'.padEnd(20, '\0')}two`], ['short.o/', 'three']]));
    expect(texts(seen)).toEqual([['x.a!/(symbols)', 'symbols'], [`x.a!/${long}`, 'one'], ['x.a!/bsd-name.o', 'two'], ['x.a!/short.o', 'three']]);
  });

  it('that is cut off, lies about a size or is garbled is a gap', async () => {
    const whole = ar([['one', 'first'.repeat(100)], ['two', 'second'.repeat(100)]]);
    for (const bytes of [whole.subarray(0, whole.length - 50), Buffer.from(whole.toString('latin1').replace('600 ', '9999'), 'latin1'), Buffer.from(whole.toString('latin1').replace('two ', 'two \x01').replace('`\nsecond', 'xxsecond'), 'latin1'), ar([['#1/99', 'x']])]) {
      const seen = await scanFile('x.a', bytes);
      expect(seen.skips.map(({ reason }) => reason)).toEqual(['archive-damaged']);
      expect(seen.counts.scanned.files).toBe(0);
    }
  });
});

describe('a cpio', () => {
  it('is its files in both portable forms, and where links lead', async () => {
    expect(texts(await scanFile('x.cpio', newc([['a', 'one'], ['b/c', 'second'], ['link', '../target', 0o120777]])))).toEqual([['x.cpio!/a', 'one'], ['x.cpio!/b/c', 'second'], ['x.cpio!/link', '../target']]);
    expect(texts(await scanFile('x.cpio', odc('../../etc/passwd', 'old form')))).toEqual([['x.cpio!/etc/passwd', 'old form']]);
    expect(texts(await scanFile('initrd.gz', gzipSync(newc([['init', 'starts']]))))).toEqual([['initrd.gz!/init', 'starts']]);
  });

  it('that is cut off is a gap, and numbers in a text are none', async () => {
    const whole = newc([['a', 'one'.repeat(500)]]);
    expect((await scanFile('x.cpio', whole.subarray(0, 700))).skips.map(({ reason }) => reason)).toEqual(['archive-damaged']);
    expect((await scanFile('x.txt', Buffer.from('070701 is a number'))).paths).toEqual(['x.txt']);
  });
});

describe('formats that are known and not unpacked', () => {
  it.each([['x.7z', [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c, 0, 4]], ['x.rar', [0x52, 0x61, 0x72, 0x21, 0x1a, 0x07, 0]], ['x.cab', [0x4d, 0x53, 0x43, 0x46, 0, 0, 0, 0]], ['x.Z', [0x1f, 0x9d, 0x90]]])('say so: %s', async (name, magic) => {
    const seen = await scanFile(name, Buffer.from([...magic, ...Buffer.alloc(50)]));
    expect(seen.skips).toEqual([expect.objectContaining({ what: name, reason: 'excluded-archive', detail: expect.stringContaining('is not unpacked') as string })]);
  });
});
