import { createGunzip, createInflateRaw, deflateRawSync, gunzipSync, gzipSync, inflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { inflateInPlace } from '../../../src/sources/archive/inflate-in-place.ts';
import { readBytes, type Read } from '../../../src/sources/read/byte-source.ts';
import { seeded } from '../../bench/corpora/history.ts';

const random = seeded(3);

async function drain(read: Read | undefined, sizes: () => number): Promise<Buffer | 'damaged'> {
  if (read === undefined) throw new Error('this Node has no such inside');
  const chunks: Buffer[] = [];
  try {
    for (;;) {
      const target = Buffer.alloc(sizes());
      const count = await read(target);
      if (count === 0) return Buffer.concat(chunks);
      chunks.push(target.subarray(0, count));
    }
  } catch {
    return 'damaged';
  }
}

function orDamaged(work: () => Buffer): Buffer | 'damaged' {
  try {
    return work();
  } catch {
    return 'damaged';
  }
}

function trickle(bytes: Uint8Array, most: number, late: boolean): Read {
  const read = readBytes(bytes);
  return (target) => {
    const count = read(target.subarray(0, 1 + Math.floor(random() * most)));
    return late ? Promise.resolve(count) : count;
  };
}

describe('what zlib packed', () => {
  it('is unpacked as Node unpacks it in one piece: whole, in several members, cut off, damaged, followed by other bytes', async () => {
    const kinds = new Set<string>();
    for (let round = 0; round < 400; round += 1) {
      const plain = Buffer.from(Array.from({ length: Math.floor(random() * (round % 10 === 0 ? 300_000 : 3000)) }, () => 97 + Math.floor(random() * (round % 3 === 0 ? 2 : 26))));
      const isRaw = round % 4 === 0;
      const one = isRaw ? deflateRawSync(plain) : gzipSync(plain);
      const what = ['whole', 'twice', 'cut', 'damaged', 'zeros', 'rubbish', 'empty'][round % 7] as string;
      const packed = Buffer.from(what === 'twice' ? Buffer.concat([one, one]) : what === 'cut' ? one.subarray(0, Math.floor(random() * one.length)) : what === 'zeros' ? Buffer.concat([one, Buffer.alloc(1000)]) : what === 'rubbish' ? Buffer.concat([one, Buffer.from('rubbish')]) : what === 'empty' ? gzipSync('') : one);
      if (what === 'damaged') {
        const at = Math.floor(random() * packed.length);
        packed[at] = (packed[at] ?? 0) ^ 0x55;
      }
      const expected = orDamaged(() => (isRaw ? inflateRawSync(packed) : gunzipSync(packed)));
      const source = trickle(packed, [3, 700, 100_000][round % 3] ?? 1, round % 2 === 0);
      const seen = await drain(inflateInPlace(source, isRaw ? createInflateRaw() : createGunzip()), () => [7, 512, 70_000][Math.floor(random() * 3)] ?? 1);
      expect([round, what, seen === 'damaged' ? seen : seen.toString('latin1')]).toEqual([round, what, expected === 'damaged' ? expected : expected.toString('latin1')]);
      kinds.add(`${what} ${expected === 'damaged'}`);
    }
    expect(kinds.size).toBeGreaterThan(8);
  });

  it('leaves other work its turn', async () => {
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 0);
    const read = inflateInPlace(readBytes(gzipSync(Buffer.alloc(256 << 20))), createGunzip());
    const target = new Uint8Array(1 << 20);
    for (;;) {
      const count = await read?.(target);
      if (count === 0 || count === undefined) break;
    }
    clearInterval(timer);
    expect(turns).toBeGreaterThan(10);
  });

  it('fails as its source fails', async () => {
    const packed = gzipSync('x'.repeat(1000));
    const failing = (late: boolean): Read => {
      let calls = 0;
      return (target) => {
        calls += 1;
        if (calls === 1) return readBytes(packed.subarray(0, 12))(target);
        const error = new Error('the disk is gone');
        if (late) return Promise.reject(error);
        throw error;
      };
    };
    for (const late of [false, true]) {
      const read = inflateInPlace(failing(late), createGunzip());
      await expect((async () => {
        for (let count: number | undefined = 1; count !== 0; ) count = await read?.(new Uint8Array(100_000));
      })()).rejects.toThrow('the disk is gone');
    }
  });
});
