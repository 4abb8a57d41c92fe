import { examine } from '../../rules/examine.ts';
import { AnchoredRule, LOOK_BEHIND } from './anchored-rule.ts';
import { toFound, type Found } from './found.ts';
import { Prefilter } from './prefilter.ts';
import type { Tables } from './tables.ts';
import { Windows } from './windows.ts';
import type { Rule } from '../../model/index.ts';

/** A prefilter's buffer with the rules to run over it: anchors → windows → expressions → every test of the rule. */
export class Matcher {
  readonly prefilter: Prefilter;
  /** The buffer as text; latin1 slices of it have one character for each byte. */
  readonly text: Buffer;
  readonly #rulesOfAnchor: readonly (readonly AnchoredRule[])[];

  constructor(module: WebAssembly.Module, rules: readonly AnchoredRule[], tables: Tables, capacity: number) {
    this.prefilter = new Prefilter(module, tables, capacity);
    this.#rulesOfAnchor = tables.anchors.map((anchor) => anchor.rules.map((index) => rules[index] as AnchoredRule));
    const { data } = this.prefilter;
    this.text = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  }

  /** Matches whose anchors begin in [from, to) of the buffer, which is valid up to `high`. Offsets of matches are `base` higher. */
  match(from: number, to: number, high: number, base: number): Found[] {
    const windows = new Windows(high);
    const hits: Found[] = [];
    this.prefilter.scan(from, to, high, (offset, anchor) => {
      for (const anchored of this.#rulesOfAnchor[anchor] as readonly AnchoredRule[]) {
        if (anchored.atAnchor) this.#try(anchored, offset - LOOK_BEHIND, offset, offset + anchored.after, high, base, hits);
        else windows.add(anchored, offset);
      }
    });
    windows.forEach((anchored, start, end) => this.#try(anchored, start, start, end, high, base, hits));
    return hits;
  }

  /** Runs one rule's expression over the buffer's [start, end), from `begin` on. */
  #try(anchored: AnchoredRule, start: number, begin: number, end: number, high: number, base: number, hits: Found[]): void {
    const low = Math.max(0, start);
    const text = this.text.toString('latin1', low, Math.min(end, high));
    const { compiled } = anchored;
    const { expression } = compiled;
    expression.lastIndex = Math.max(0, begin) - low;
    for (;;) {
      const match = expression.exec(text);
      if (match === null) return;
      const examination = examine(compiled, text, match);
      if ('match' in examination) hits.push(toFound(examination.match, anchored.index, text, base + low));
      if (anchored.atAnchor) return;
      if (match[0].length === 0) expression.lastIndex += 1;
    }
  }
}

/** Rules in the order of the tables compiled from them. */
export function anchoredRules(rules: readonly Rule[], tables: Tables): readonly AnchoredRule[] {
  return rules.map((rule, index) => new AnchoredRule(rule, index, tables.atAnchor[index] === true));
}
