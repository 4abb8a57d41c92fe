import { STAMP_NUMBERS, type Unit } from './source.ts';

/** How many files or objects a unit is; of another kind it is one thing. */
export function countOf(unit: Unit): number {
  return unit.kind === 'files' ? unit.paths.length : unit.kind === 'objects' ? unit.objects.length : 1;
}

/** The things at those places of a unit, as a unit. */
export function pickOf(unit: Unit, indexes: readonly number[]): Unit {
  if (unit.kind === 'objects') return { ...unit, objects: indexes.flatMap((index) => unit.objects[index] ?? []) };
  if (unit.kind !== 'files') return unit;
  const { stamps, ...rest } = unit;
  const paths = indexes.flatMap((index) => unit.paths[index] ?? []);
  if (stamps === undefined) return { ...rest, paths };
  const picked = new Float64Array(indexes.length * STAMP_NUMBERS);
  for (const [to, from] of indexes.entries()) picked.set(stamps.subarray(from * STAMP_NUMBERS, (from + 1) * STAMP_NUMBERS), to * STAMP_NUMBERS);
  return { ...rest, paths, stamps: picked };
}
