import type { CompiledRule } from '../../rules/compiled-rule.ts';
import { examine } from '../../rules/examine.ts';
import type { RuleList } from '../../rules/stored-catalogue.ts';
import { AnchoredRule, type Finder } from './anchored-rule.ts';
import { toFound, type Found } from './found.ts';
import { Prefilter } from './prefilter.ts';
import { LOOK_BEHIND } from './reach.ts';
import type { Tables } from './tables.ts';
import { Windows } from './windows.ts';

/** Some bytes of the buffer as text; `low` is where they begin. */
interface Piece {
  readonly low: number;
  readonly text: string;
}

const NOTHING: Piece = { low: 0, text: '' };
const PIECE = 4096;

/** A prefilter's buffer with the rules to run over it: anchors → windows → expressions → every test of the rule. */
export class Matcher {
  readonly prefilter: Prefilter;
  /** The buffer as text; latin1 slices of it have one character for each byte. */
  readonly text: Buffer;
  readonly #rules: readonly AnchoredRule[];
  readonly #starts: Uint32Array;
  readonly #indexes: Uint32Array;
  /** For each rule with a finder where it goes on: no match of the rule begins before that. */
  readonly #passed: Uint32Array;
  readonly #touched: number[] = [];
  #piece: Piece = NOTHING;

  constructor(module: WebAssembly.Module, rules: readonly AnchoredRule[], tables: Tables, capacity: number) {
    this.prefilter = new Prefilter(module, tables, capacity);
    this.#rules = rules;
    this.#starts = tables.ruleStarts;
    this.#indexes = tables.ruleIndexes;
    this.#passed = new Uint32Array(rules.length);
    const { data } = this.prefilter;
    this.text = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  }

  /** Matches whose anchors begin in [from, to) of the buffer, which is valid up to `high`. Offsets of matches are `base` higher. `pieces` is given where a piece of a token may begin. */
  match(from: number, to: number, high: number, base: number, pieces: number[]): Found[] {
    const windows = new Windows(high);
    this.#piece = NOTHING;
    for (const index of this.#touched) this.#passed[index] = 0;
    this.#touched.length = 0;
    const hits: Found[] = [];
    const anchored = (offset: number, anchor: number): void => {
      const last = this.#starts[anchor + 1] as number;
      for (let at = this.#starts[anchor] as number; at < last; at += 1) {
        const rule = this.#rules[this.#indexes[at] as number] as AnchoredRule;
        if (rule.atAnchor) this.#try(rule, offset - LOOK_BEHIND, offset, offset + rule.after, high, base, hits);
        else if (rule.finder !== undefined) this.#tryNear(rule, rule.finder, offset, high, base, hits);
        else windows.add(rule, offset);
      }
    };
    this.prefilter.scan(from, to, high, anchored, (offset) => void pieces.push(offset));
    windows.forEach((anchored, start, end) => this.#try(anchored, start, start, end, high, base, hits));
    return hits;
  }

  /** Matches of one rule in the first `end` bytes of the buffer, which begin the blob, whatever stands there. */
  matchAlone(rule: AnchoredRule, end: number): readonly Found[] {
    const hits: Found[] = [];
    this.#try(rule, 0, 0, end, end, 0, hits);
    return hits;
  }

  /** A piece of the buffer that holds [low, end): the last one, if it does, since anchors that lie close together want nearly the same bytes. */
  #around(low: number, end: number, high: number): Piece {
    if (low < this.#piece.low || end > this.#piece.low + this.#piece.text.length) this.#piece = { low, text: this.text.toString('latin1', low, Math.min(Math.max(end, low + PIECE), high)) };
    return this.#piece;
  }

  /** Runs one rule's expression where a match may begin that holds the anchor at `offset`. */
  #tryNear(anchored: AnchoredRule, { expression: finder, reach, ahead }: Finder, offset: number, high: number, base: number, hits: Found[]): void {
    const last = offset + ahead;
    let from = Math.max(last - reach, this.#passed[anchored.index] as number);
    if (from > last) return;
    const { low, text } = this.#around(Math.max(0, offset - anchored.before), Math.min(offset + anchored.after, high), high);
    const { compiled } = anchored;
    const { expression, scout } = compiled;
    while (from <= last) {
      finder.lastIndex = from - low;
      const found = finder.exec(text);
      if (found === null) {
        from += reach + 1;
        break;
      }
      const at = finder.lastIndex;
      if (scout !== undefined) {
        const { length } = found[1] as string;
        if (!scout.mayKeep(text, at, length, found[2] as string)) {
          from = low + at + length;
          continue;
        }
      }
      expression.lastIndex = at;
      const match = expression.exec(text);
      if (match === null) throw new Error(`${compiled.rule.id}: its expression finds nothing where it was found`);
      const examination = examine(compiled, text, match);
      if ('match' in examination) hits.push(toFound(examination.match, anchored.index, text, base + low));
      from = low + at + Math.max(1, match[0].length);
    }
    if (this.#passed[anchored.index] === 0) this.#touched.push(anchored.index);
    this.#passed[anchored.index] = from;
  }

  /** Runs one rule's expression over the buffer's [start, end), from `begin` on. */
  #try(anchored: AnchoredRule, start: number, begin: number, end: number, high: number, base: number, hits: Found[]): void {
    const { low, text } = anchored.atAnchor ? this.#around(Math.max(0, start), Math.min(end, high), high) : { low: Math.max(0, start), text: this.text.toString('latin1', Math.max(0, start), Math.min(end, high)) };
    const { compiled } = anchored;
    const { expression } = compiled;
    const scout = anchored.atAnchor ? undefined : compiled.scout;
    let from = Math.max(0, begin) - low;
    for (;;) {
      if (scout !== undefined) {
        from = passOver(scout, text, from);
        if (from === -1) return;
      }
      expression.lastIndex = from;
      const match = expression.exec(text);
      if (match === null) return;
      const examination = examine(compiled, text, match);
      if ('match' in examination) hits.push(toFound(examination.match, anchored.index, text, base + low));
      if (anchored.atAnchor) return;
      from = match[0].length === 0 ? expression.lastIndex + 1 : expression.lastIndex;
    }
  }
}

/** Where the next match that may be kept begins, from `from` on; -1 where there is none. */
function passOver({ expression, mayKeep }: NonNullable<CompiledRule['scout']>, text: string, from: number): number {
  expression.lastIndex = from;
  for (;;) {
    const found = expression.exec(text);
    if (found === null) return -1;
    if (mayKeep(text, found.index, found[0].length, found[1] ?? '')) return found.index;
  }
}

/** Rules in the order of the tables compiled from them. */
export function anchoredRules(rules: RuleList, { reach }: Tables): readonly AnchoredRule[] {
  return Array.from({ length: rules.length }, (_, index) => new AnchoredRule(rules, index, reach));
}
