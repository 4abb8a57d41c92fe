import { createTarDecoder, packTar } from 'modern-tar';
import { ReadableStream } from 'node:stream/web';
import { describe, expect, it } from 'vitest';
import { tarMembers } from '../../../src/sources/archive/tar.ts';
import { readAll, readBytes, type Read } from '../../../src/sources/read/byte-source.ts';
import { seeded } from '../../bench/corpora/history.ts';

interface Seen {
  readonly files: readonly (readonly [name: string, content: string])[];
  readonly isDamaged: boolean;
}

/** What another reader of tars makes of it. */
async function reference(bytes: Uint8Array): Promise<Seen> {
  const files: [string, string][] = [];
  const reader = (ReadableStream.from([bytes]) as ReadableStream<Uint8Array>).pipeThrough(createTarDecoder({ strict: true })).getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      const chunks: Uint8Array[] = [];
      const { header, body } = next.value;
      const of = body.getReader();
      for (let chunk = await of.read(); !chunk.done; chunk = await of.read()) chunks.push(chunk.value as Uint8Array);
      if ((header.type ?? 'file') === 'file') files.push([header.name, Buffer.concat(chunks).toString('latin1')]);
    }
    return { files, isDamaged: false };
  } catch {
    return { files, isDamaged: true };
  }
}

async function ours(read: Read): Promise<Seen> {
  const files: [string, string][] = [];
  try {
    for await (const { name, read: body } of tarMembers(read, 'x.tar')) files.push([name, Buffer.from((await readAll(body, 1 << 20)) ?? []).toString('latin1')]);
    return { files, isDamaged: false };
  } catch {
    return { files, isDamaged: true };
  }
}

const random = seeded(11);
const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
const TYPES = ['file', 'file', 'file', 'directory', 'symlink', 'link', 'fifo', 'character-device'] as const;

function someTar(): Promise<Uint8Array> {
  return packTar(Array.from({ length: 1 + Math.floor(random() * 5) }, (_, index) => {
    const type = pick(TYPES);
    const body = type === 'file' ? Buffer.alloc(Math.floor(random() * pick([3, 600, 3000])), 97 + index) : Buffer.alloc(0);
    const name = `${pick(['', 'folder/', 'long/'.repeat(40), 'ö/', 'd'.repeat(90)])}n${index}${type === 'directory' ? '/' : pick(['', '', '/'])}`;
    const pax = random() < 0.3 ? { pax: { path: `pax/${name}`, comment: 'x' } } : {};
    return { header: { name, type, size: body.length, mtime: new Date(0), ...(type.endsWith('link') ? { linkname: 'there' } : {}), ...pax }, body };
  }));
}

/** Blocks with their checksums right: damage behind them is what readers see. */
function withChecksum(block: Buffer): Buffer {
  block.fill(0x20, 148, 156);
  block.write(`${block.reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

describe('a tar', () => {
  it('is read as another reader reads it, whole and damaged', async () => {
    let damaged = 0;
    let whole = 0;
    for (let round = 0; round < 1500; round += 1) {
      const tar = Buffer.from(await someTar());
      const kind = pick(['whole', 'cut', 'bytes', 'header', 'type', 'size', 'tail', 'zeros']);
      const at = Math.floor(random() * (tar.length / 512)) * 512;
      if (kind === 'bytes') for (let index = 0; index < 3; index += 1) tar[Math.floor(random() * tar.length)] = Math.floor(random() * 256);
      if (kind === 'header') withChecksum(tar.subarray(at, at + 512));
      if (kind === 'type') {
        tar.write(pick(['L', 'K', 'x', 'g', '7', 'S', '\0', '5', 'V']), 156, 'latin1');
        withChecksum(tar.subarray(0, 512));
      }
      if (kind === 'size') {
        tar.write(pick(['00000000000 ', '00000001000\0', '77777777777\0', '0000000x000\0', '\x80\0\0\0\0\0\0\0\0\0\x02\0', '\xff'.repeat(12)]), 124, 'latin1');
        withChecksum(tar.subarray(0, 512));
      }
      const bytes = kind === 'cut' ? tar.subarray(0, Math.floor(random() * tar.length)) : kind === 'tail' ? Buffer.concat([tar, Buffer.from('rest')]) : kind === 'zeros' ? Buffer.concat([tar, Buffer.alloc(Math.floor(random() * 3000))]) : tar;
      const expected = await reference(bytes);
      const seen = await ours(pick([readBytes(bytes), slowly(bytes)]));
      // The other drops what it holds of a file at the damage.
      expect([round, kind, seen.isDamaged]).toEqual([round, kind, expected.isDamaged]);
      const sure = expected.isDamaged ? expected.files.slice(0, -1) : expected.files;
      expect([round, kind, seen.files.slice(0, sure.length)]).toEqual([round, kind, sure]);
      if (!expected.isDamaged) expect(seen.files).toHaveLength(expected.files.length);
      if (expected.isDamaged) damaged += 1;
      else whole += 1;
    }
    expect(Math.min(damaged, whole)).toBeGreaterThan(300);
  });
});

function slowly(bytes: Uint8Array): Read {
  const read = readBytes(bytes);
  return async (target) => read(target.subarray(0, 1 + Math.floor(random() * 700)));
}
