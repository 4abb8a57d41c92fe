import { STAMP_NUMBERS, type Unit } from '../model/index.ts';

/** A unit as units of one file or object each; a unit that is one thing is its only part. */
export function partsOf(unit: Unit): readonly Unit[] {
  switch (unit.kind) {
    case 'files':
      return unit.paths.map((path, index) => ({ ...unit, paths: [path], ...(unit.stamps === undefined ? {} : { stamps: unit.stamps.slice(index * STAMP_NUMBERS, (index + 1) * STAMP_NUMBERS) }) }));
    case 'objects':
      return unit.objects.map((object) => ({ ...unit, objects: [object] }));
    case 'bytes':
    case 'ring':
      return [unit];
  }
}
