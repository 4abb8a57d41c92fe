import { countOf, itemAt, stateOf, storable, type CoverageEvent, type Learned, type ScanOutput, type StoredMatch, type Unit } from '../model/index.ts';

/** Watches a unit being scanned, and says of each thing in it what a cache may remember. */
export class Lesson {
  readonly #unit: Unit;
  readonly #events: readonly CoverageEvent[];
  readonly #outputs: readonly ScanOutput[];
  readonly #states: Uint8Array;
  readonly #matches: { readonly index: number; readonly matches: readonly StoredMatch[] }[] = [];
  #seenEvents = 0;
  #seenOutputs = 0;

  constructor(unit: Unit, events: readonly CoverageEvent[], outputs: readonly ScanOutput[]) {
    this.#unit = unit;
    this.#events = events;
    this.#outputs = outputs;
    this.#states = new Uint8Array(countOf(unit));
  }

  get learned(): Learned {
    return { unit: this.#unit, states: this.#states, matches: this.#matches };
  }

  readonly ended = (index: number, steady: boolean): void => {
    const events = this.#events.slice(this.#seenEvents);
    const outputs = this.#outputs.slice(this.#seenOutputs);
    this.#seenEvents = this.#events.length;
    this.#seenOutputs = this.#outputs.length;
    const item = itemAt(this.#unit, index);
    const matches = storable(outputs.flatMap((output) => output.matches));
    if (!steady || item === undefined || matches === undefined) return;
    this.#states[index] = stateOf(item, events);
    if (matches.length > 0) this.#matches.push({ index, matches });
  };
}
