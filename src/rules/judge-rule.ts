import type { Rule } from '../model/index.ts';
import { CHECKSUMS } from './checksums/registry.ts';
import { FACT_READERS } from './facts/registry.ts';
import { nearest } from '../lib/nearest.ts';
import type { Complain } from './parse.ts';
import { sampleOf } from './samples/sample.ts';
import { VALIDATORS } from './validators/registry.ts';

/** Syntax of other engines that JavaScript reads as something else without a word. */
const FOREIGN: readonly (readonly [RegExp, string])[] = [
  [/\\[zZA](?![A-Za-z])/, 'has \\z, \\Z or \\A, which JavaScript reads as a plain letter'],
  [/\[\[:[a-z]+:\]/, 'has a POSIX class, which JavaScript reads as a set of its letters'],
  [/\(\?[imsx]+\)/, 'has inline flags; use `flags`'],
  [/(?:^|[^\\])(?:\*|\+|\?|\})\+/, 'has a possessive quantifier, which JavaScript does not know'],
  [/\\h/, 'has \\h, which JavaScript reads as the letter h'],
];

/** What the schema cannot say of one rule. Complaints carry the key at which they stand. */
export function judgeRule(rule: Rule, at: Complain): void {
  for (const [syntax, message] of FOREIGN) if (syntax.test(rule.pattern)) at('pattern', message);
  if (/(?:^|[^\\[])[$^](?![^[]*\])/.test(rule.pattern)) at('pattern', 'has ^ or $, which mean the edge of a window, not of a line or file; assert the neighbours instead');
  if (rule.paths === undefined && rule.anchors.length === 0) at('anchors', 'must NOT have fewer than 1 items, unless `paths` say whose files the rule is for');
  if (rule.paths !== undefined && rule.anchors.length > 0) at('anchors', 'a rule with `paths` has none: it is tried over the whole head of such files');
  for (const [index, anchor] of rule.anchors.entries()) {
    if (!/^[\x20-\x7e]+$/.test(anchor)) at(`anchors.${index}`, 'an anchor is printable ASCII');
  }
  named(rule.checksum, CHECKSUMS, 'checksum', at);
  named(rule.validator, VALIDATORS, 'validator', at);
  named(rule.facts, FACT_READERS, 'facts', at);
  for (const [list, samples] of [['examples', rule.examples], ['near-misses', rule.nearMisses]] as const) {
    for (const [index, sample] of samples.entries()) {
      try {
        const { text } = sampleOf(rule.id, sample);
        if (list === 'examples' && rule.anchors.length > 0 && !rule.anchors.some((anchor) => text.toLowerCase().includes(anchor.toLowerCase()))) {
          at(`${list}.${index}`, `the example holds none of the anchors ${rule.anchors.slice(0, 5).join(', ')}`);
        }
      } catch (error) {
        at(`${list}.${index}`, error instanceof Error ? error.message : String(error));
      }
    }
  }
}

function named(name: string | undefined, known: ReadonlyMap<string, unknown>, key: string, at: Complain): void {
  if (name === undefined || known.has(name)) return;
  const names = [...known.keys()];
  const near = nearest(name, names);
  at(key, `there is no ${key} "${name}"; known are ${names.join(', ')}${near === undefined ? '' : `; did you mean "${near}"?`}`);
}
