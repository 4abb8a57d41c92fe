import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { bytesOfPath, pathFromBytes, systemPath } from '../../../src/lib/path-bytes.ts';

describe('paths as strings', () => {
  it('leads every file name back to its bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), (bytes) => Buffer.from(bytes).equals(bytesOfPath(pathFromBytes(bytes)))), { seed: 1, numRuns: 2000 });
  });

  it('keeps valid UTF-8 as it is and gives well-formed text for everything else', () => {
    expect(pathFromBytes(Buffer.from('dir/jürgen 😀.txt'))).toBe('dir/jürgen 😀.txt');
    expect(pathFromBytes(Buffer.from('caf\xe9', 'latin1'))).toBe('caf\uFFFDe9');
    fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => pathFromBytes(bytes).isWellFormed()), { seed: 2 });
  });

  it('tells a real replacement character from an invalid byte', () => {
    const real = Buffer.from('a\uFFFDb');
    expect(pathFromBytes(real)).not.toBe('a\uFFFDb');
    expect(bytesOfPath(pathFromBytes(real))).toEqual(real);
  });

  it('asks the file system for bytes only where it must', () => {
    expect(systemPath('/top', 'a/b')).toBe('/top/a/b');
    expect(systemPath('/', 'a')).toBe('/a');
    expect(systemPath('/top', '')).toBe('/top');
    expect(systemPath('/top', 'caf\uFFFDe9')).toEqual(Buffer.from('/top/caf\xe9', 'latin1'));
  });
});
