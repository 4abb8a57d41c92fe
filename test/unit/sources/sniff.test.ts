import { describe, expect, it } from 'vitest';
import { gzipSync } from 'node:zlib';
import { packTar } from 'modern-tar';
import { sniff } from '../../../src/lib/sniff.ts';

const wide = (text: string, encoding: 'utf16le' | 'utf16be' | 'utf32le' | 'utf32be'): Uint8Array => {
  const width = encoding.startsWith('utf16') ? 2 : 4;
  const units = width === 2 ? [...text].flatMap((c) => c.split('')).map((c) => c.charCodeAt(0)) : [...text].map((c) => c.codePointAt(0) ?? 0);
  const view = new DataView(new ArrayBuffer(units.length * width));
  for (const [index, unit] of units.entries()) {
    if (width === 2) view.setUint16(index * 2, unit, encoding.endsWith('le'));
    else view.setUint32(index * 4, unit, encoding.endsWith('le'));
  }
  return new Uint8Array(view.buffer);
};

const config = 'password = "correct horse"\r\nuser = jürgen 😀\r\n'.repeat(20);

describe('sniff', () => {
  it.each(['utf16le', 'utf16be', 'utf32le', 'utf32be'] as const)('knows %s text without a byte order mark', (encoding) => {
    expect(sniff(wide(config, encoding))).toBe(encoding);
  });

  it.each(['utf16le', 'utf16be', 'utf32le', 'utf32be'] as const)('knows %s text by its byte order mark', (encoding) => {
    expect(sniff(wide(`\uFEFF${config}`, encoding))).toBe(encoding);
  });

  it('knows mostly Chinese UTF-16 with an ASCII line in it', () => {
    expect(sniff(wide(`上海自来水来自海上，山西悬空寺空悬西山\nkey=value\n`.repeat(8), 'utf16le'))).toBe('utf16le');
  });

  it('calls what has a NUL in its first 8000 bytes binary, as git does, and not what has one later', () => {
    const early = Buffer.alloc(9000, 'x');
    early[7999] = 0;
    const late = Buffer.alloc(9000, 'x');
    late[8000] = 0;
    expect(sniff(early)).toBe('binary');
    expect(sniff(late)).toBe('text');
  });

  it('is not fooled by tables of small numbers', () => {
    const numbers = new Uint16Array(2000).map((_, index) => (index * 7) % 300);
    expect(sniff(new Uint8Array(numbers.buffer))).toBe('binary');
    expect(sniff(new Uint8Array(new Uint32Array(500).map((_, index) => index).buffer))).toBe('binary');
  });

  it('knows archives by their magic numbers', async () => {
    expect(sniff(Buffer.from('PK\x03\x04rest'))).toBe('zip');
    expect(sniff(Buffer.from('PKG=text that begins like a zip'))).toBe('text');
    expect(sniff(gzipSync('x'))).toBe('gzip');
    expect(sniff(await packTar([{ header: { name: 'a', size: 1, mtime: new Date(0) }, body: 'a' }]))).toBe('tar');
    expect(sniff(Buffer.alloc(1024, '0 '))).toBe('text');
  });

  it('calls nothing text', () => {
    expect(sniff(new Uint8Array(0))).toBe('text');
  });
});
