import { countOf, pickOf, type Unit } from '../model/index.ts';

/** A unit as units of one file or object each; a unit that is one thing is its only part. */
export function partsOf(unit: Unit): readonly Unit[] {
  return Array.from({ length: countOf(unit) }, (_, index) => pickOf(unit, [index]));
}
