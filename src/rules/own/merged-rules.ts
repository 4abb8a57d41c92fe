import type { Rule } from '../../model/index.ts';
import { boundRules, type BoundRule } from '../bound-paths.ts';
import type { RuleList, StoredCatalogue } from '../stored-catalogue.ts';
import type { RuleChanges } from './changes.ts';

/** The list that `applyChanges` makes, of a catalogue of which no rule is read before somebody asks for it: a thread asks for few. */
export class MergedRules implements RuleList {
  readonly length: number;
  readonly bound: readonly BoundRule[];
  readonly #catalogue: StoredCatalogue;
  readonly #added: readonly Rule[];
  /** For each rule its place in the catalogue, or in `#added` behind the catalogue's length. */
  readonly #places: Uint32Array;

  constructor(catalogue: StoredCatalogue, { added, removed }: RuleChanges) {
    const { ids } = catalogue;
    const gone = new Set([...removed, ...added.map(({ id }) => id)]);
    const kept = ids.flatMap((id, place) => (gone.has(id) ? [] : [{ id, place }]));
    const all = [...kept, ...added.map(({ id }, index) => ({ id, place: ids.length + index }))].sort((a, b) => (a.id < b.id ? -1 : 1));
    this.length = all.length;
    this.#catalogue = catalogue;
    this.#added = added;
    this.#places = Uint32Array.from(all, ({ place }) => place);
    const paths = new Map([...catalogue.bound, ...boundRules(added).map((one) => ({ ...one, index: ids.length + one.index }))].map((one) => [one.index, one.paths]));
    this.bound = all.flatMap(({ place }, index) => {
      const own = paths.get(place);
      return own === undefined ? [] : [{ index, paths: own }];
    });
  }

  at(index: number): Rule | undefined {
    const place = this.#places[index];
    return place === undefined ? undefined : place < this.#catalogue.length ? this.#catalogue.at(place) : this.#added[place - this.#catalogue.length];
  }
}
