import { describe, expect, it } from 'vitest';
import { readAnchors, readTables, writeAnchors, writeTables } from '../../../src/detect/engine/stored-tables.ts';
import { compileTables } from '../../../src/detect/engine/tables.ts';
import { RULES } from './engine.ts';

describe('tables in a file', () => {
  const { anchors, atAnchor, ...tables } = compileTables(RULES.filter((_, index) => index % 11 === 0));

  it('are read as they were compiled', () => {
    expect(readTables(writeTables(tables))).toEqual(tables);
    expect(readAnchors(writeAnchors({ ...tables, anchors, atAnchor }))).toEqual({ anchors, atAnchor });
  });

  it('are views of the file, so that threads can share it', () => {
    const file = writeTables(tables);
    const shared = new Uint8Array(new SharedArrayBuffer(file.length));
    shared.set(file);
    const read = readTables(shared);
    expect(read).toEqual(tables);
    expect(read.bytes.buffer).toBe(shared.buffer);
  });

  it('refuse a file that is something else', () => {
    expect(() => readTables(new Uint8Array(4096))).toThrow(RangeError);
  });
});
