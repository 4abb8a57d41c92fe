import { describe, expect, it } from 'vitest';
import { readAnchors, readTables, writeAnchors, writeTables } from '../../../src/detect/engine/stored-tables.ts';
import { compileTables } from '../../../src/detect/engine/tables.ts';
import { RULES } from './engine.ts';

describe('tables in a file', () => {
  const { anchors, atAnchor, ...tables } = compileTables(RULES.filter((_, index) => index % 11 === 0));
  const code = Uint8Array.of(0, 0x61, 0x73, 0x6d);

  it('are read as they were compiled', () => {
    expect(readTables(writeTables(tables, code), code)).toEqual(tables);
    expect(readAnchors(writeAnchors({ ...tables, anchors, atAnchor }))).toEqual({ anchors, atAnchor });
  });

  it('are views of the file, so that threads can share it', () => {
    const file = writeTables(tables, code);
    const shared = new Uint8Array(new SharedArrayBuffer(file.length));
    shared.set(file);
    const read = readTables(shared, code);
    expect(read).toEqual(tables);
    expect(read.bytes.buffer).toBe(shared.buffer);
  });

  it('refuse a file that is something else', () => {
    expect(() => readTables(new Uint8Array(4096), code)).toThrow(RangeError);
  });

  it('refuses tables that were compiled for another prefilter', () => {
    const file = writeTables(tables, code);
    expect(() => readTables(file, Uint8Array.from([...code, 0]))).toThrow(/another dist\/prefilter\.wasm/);
  });
});
