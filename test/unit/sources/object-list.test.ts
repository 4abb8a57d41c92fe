import { describe, expect, test } from 'vitest';
import { ObjectList } from '../../../src/sources/plan/object-list.ts';

const name = (index: number): string => (index * 2654435761).toString(16).padStart(40, '0');

function drained(list: ObjectList): readonly (readonly [string, number])[] {
  return [...list.drainChains()].map(({ oid, sizeBytes }) => [oid, sizeBytes] as const);
}

describe('a list of objects', () => {
  test('puts those of one chain behind one another, and keeps the order otherwise', () => {
    const list = new ObjectList();
    list.add(name(1), 10);
    list.add(name(2), 20, name(5));
    list.add(name(3), 30, name(1));
    list.add(name(4), 40, name(99));
    list.add(name(5), 50);
    list.add(name(6), 60, name(3));
    expect(drained(list)).toEqual([1, 3, 6, 2, 5, 4].map((index) => [name(index), index * 10]));
  });

  test('gives each object once where a hostile pack names bases in a circle', () => {
    const list = new ObjectList();
    for (let index = 1; index <= 4; index += 1) list.add(name(index), index, name((index % 4) + 1));
    list.add(name(5), 5, name(5));
    expect(drained(list).map(([oid]) => oid).sort()).toEqual([1, 2, 3, 4, 5].map(name).sort());
  });

  test('is empty when it was drained, and takes others, of names of any length', () => {
    const list = new ObjectList();
    for (let index = 1; index <= 1000; index += 1) list.add(name(index), index, index % 7 === 0 ? undefined : name(index - 1));
    expect(drained(list)).toEqual(Array.from({ length: 1000 }, (_, index) => [name(index + 1), index + 1]));
    expect(list.length).toBe(0);
    expect(drained(list)).toEqual([]);
    list.add(name(7).padStart(64, 'a'), 7);
    expect(drained(list)).toEqual([[name(7).padStart(64, 'a'), 7]]);
  });
});
