import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { decodeRun } from '../../../src/detect/decode/decode-run.ts';
import { decodeEscapes } from '../../../src/detect/decode/decode-text.ts';
import { Lines } from '../../../src/detect/decode/lines.ts';
import { mayDecode } from '../../../src/detect/decode/may-decode.ts';
import { seededRandom } from '../../../src/rules/seeded-random.ts';

const random = seededRandom('may decode');
const pick = <T>(list: readonly T[]): T => list[random.below(list.length)] as T;
const WORDS = ['compiler', 'Options', 'Affect', 'get', 'AWS', 'ngDeclare', 'Class', '_', 'Metadata', 'Async', '0', '128', 'xx', 'Über', 'ß', '\u4e2d\u6587', ' ', '\n', '\t'];

function bytesOf(): Buffer {
  const text = Array.from({ length: 1 + random.below(40) }, () => pick(WORDS)).join('');
  switch (random.below(12)) {
    case 0:
      return Buffer.from(text, 'utf16le');
    case 1:
      return Buffer.from(`\ufeff${text}`, 'utf16le');
    case 2:
      return Buffer.from(text, 'utf16le').swap16();
    case 3:
      return gzipSync(text);
    case 4:
      return deflateSync(text);
    case 5:
      return deflateRawSync(text);
    case 6:
      return Buffer.concat([Buffer.from(text), Buffer.from([random.below(256), 0, random.below(256)]), Buffer.from(text)]);
    case 7:
      return Buffer.concat([...text].map((character) => Buffer.from([character.charCodeAt(0) & 127, 0, 0, 0])));
    case 8:
      return Buffer.from(Array.from({ length: text.length }, () => random.below(256)));
    default:
      return Buffer.from(text);
  }
}

/** RFC 4648 section 6. */
function base32(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{5}/g) ?? []).map((five) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[Number.parseInt(five, 2)]).join('');
}

function runOf(): string {
  const bytes = bytesOf();
  const run = pick([bytes.toString('base64').replace(/=/g, ''), bytes.toString('base64url'), bytes.toString('hex'), base32(bytes), Array.from({ length: 3 + random.below(8) }, () => pick(WORDS)).join('').replace(/[^A-Za-z0-9_]/g, '')]);
  return run.length > 90 && random.below(3) === 0 ? (run.match(/.{1,60}/g) ?? []).join(pick(['\n', '\\n', '"\n  + "'])) : run.slice(0, 24 + random.below(run.length));
}

describe('what a run may decode to', () => {
  test('nothing is refused that decodes', () => {
    let refused = 0;
    let decoded = 0;
    for (let round = 0; round < 30_000; round += 1) {
      const run = runOf();
      const text = Buffer.from(`  ${run} == `, 'latin1');
      const isDecoded = decodeRun(run) !== undefined;
      const may = mayDecode(text, 2, 2 + run.length);
      expect([run, may || !isDecoded]).toEqual([run, true]);
      if (isDecoded) decoded += 1;
      else if (!may) refused += 1;
    }
    expect(decoded).toBeGreaterThan(5000);
    expect(refused).toBeGreaterThan(1000);
  });
});

describe('ends of lines', () => {
  test('are where they are, whatever was asked before', () => {
    for (let round = 0; round < 500; round += 1) {
      const size = 1 + random.below(120);
      const text = Buffer.from(Array.from({ length: size + 20 }, () => (random.below(12) === 0 ? 10 : 97)));
      const high = size;
      const lines = new Lines(text, high);
      for (let n = 0; n < 40; n += 1) {
        const at = random.below(size);
        const end = text.indexOf(10, at);
        expect([at, lines.start(at)]).toEqual([at, at === 0 ? 0 : text.lastIndexOf(10, at - 1) + 1]);
        expect([at, lines.end(at)]).toEqual([at, end === -1 || end > high ? high : end]);
      }
    }
  });
});

describe('character escapes', () => {
  test('become what they stand for, in any mixture', () => {
    for (let round = 0; round < 3000; round += 1) {
      let source = '';
      let meant = '';
      for (let n = 0; n < 12; n += 1) {
        const point = pick([0x22, 0x41, 0x7e, 0xe9, 0x7ff, 0x800, 0xfffd, 0x10000, 0x10ffff]);
        const character = String.fromCodePoint(point);
        const hex = point.toString(16);
        const forms = [`\\u{${hex}}`, `&#${point};`, `&#x${hex};`, ...(point < 0x10000 ? [`\\u${hex.padStart(4, '0')}`, `%u${hex.padStart(4, '0')}`] : []), ...(point < 128 ? [`%${hex}`, `\\x${hex}`, `\\${point.toString(8).padStart(3, '0')}`] : [])];
        const plain = pick(['', 'x', 'abc ', ' && b', '100% of', '\\n', '\\q', '&z', 'a long stretch of plain text between two of them;']);
        source += pick(forms) + plain;
        meant += character + plain;
      }
      expect(Buffer.from(decodeEscapes(source)?.bytes ?? []).toString()).toBe(meant);
    }
  });
});
