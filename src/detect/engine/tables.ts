import type { Rule } from '../../model/index.ts';
import { ANCHOR_CLASS, byteClasses, TOKEN_CHARACTERS } from './byte-classes.ts';
import { hasRareGram, rarestGram } from './gram-rarity.ts';
import { LOOK_BEHIND, MAX_AHEAD } from './reach.ts';
import { headsOf, secretRun, type PatternHead } from './pattern-heads.ts';
import { secretExtent } from './secret-extent.ts';

/** One literal to look for, and the rules that its presence concerns. */
export interface Anchor {
  readonly text: string;
  /** Case-insensitive. */
  readonly fold: boolean;
  readonly kind: number;
  readonly minRun: number;
  /** The run must hold a digit. */
  readonly digit: boolean;
  /** For `context`: the value's longest length, and a bit for each of `PUNCTUATION` that it may hold. */
  readonly maxRun?: number;
  readonly punctuation?: number;
  readonly windowBefore: number;
  readonly windowAfter: number;
  /** Indexes into the rule list, ascending. */
  readonly rules: readonly number[];
}

/** What a scan needs of rules before it meets one: numbers only, so that they can be read and shared as they lie. */
export interface Tables {
  /** Everything `prefilter.wasm` needs, as one block of bytes to put at `TABLES_AT`. */
  readonly bytes: Uint8Array;
  readonly layout: { readonly bits: number; readonly buckets: number; readonly bucketMask: number; readonly lists: number; readonly anchors: number; readonly classes: number };
  /** The rules of anchor `a`: `ruleIndexes` from `ruleStarts[a]` to `ruleStarts[a + 1]`, ascending. */
  readonly ruleStarts: Uint32Array;
  readonly ruleIndexes: Uint32Array;
  /** `REACH_WORDS` (see `reach.ts`) for each rule: bytes of its window before an anchor, and after it, and whether it is tried at its anchors alone. */
  readonly reach: Uint32Array;
}

/** What tables are made of, from which other ones can be made without looking at the rules again. */
export interface Anchors {
  readonly anchors: readonly Anchor[];
  /** For each rule: every match begins at one of its anchors, so that its expression need be tried nowhere else. */
  readonly atAnchor: readonly boolean[];
}

export interface CompiledTables extends Tables, Anchors {}

const BITS_BYTES = 1 << 16;
const ANCHOR_BYTES = 64;
const ANCHOR_TEXT = 54;
const TEXT_AT = 10;
const LONGEST_NEAR_RUN = 24;
/** In an anchor: a space, `_`, `.`, `-` or nothing. `verify` of the prefilter knows it. */
const SEPARATOR = '\x01';

/** Compiles rules into prefilter tables. Pure; the same rules give the same bytes. */
export function compileTables(rules: readonly Rule[]): CompiledTables {
  const heads = rules.map((rule) => headsOf(rule.pattern));
  return packTables(rules, collectAnchors(rules, heads), rules.map((rule, index) => isAtAnchor(rule, heads[index])));
}

/** The bytes of anchors that are sorted and free of doubles, as `compileTables` and `extendTables` make them. */
export function packTables(rules: readonly Rule[], anchors: readonly Anchor[], atAnchor: readonly boolean[]): CompiledTables {
  const grams = new Map<number, number[]>();
  const gramOffsets: number[] = [];
  anchors.forEach((anchor, index) => {
    const { offset, keys } = gramsOf(anchor.text.split(SEPARATOR, 1)[0] ?? '', anchor.kind === ANCHOR_CLASS.shaped && anchor.minRun > 3);
    gramOffsets.push(offset);
    for (const key of keys) {
      const list = grams.get(key);
      if (list === undefined) grams.set(key, [index]);
      else list.push(index);
    }
  });

  let bucketCount = 64;
  while (bucketCount < grams.size * 3) bucketCount *= 2;
  const listLength = [...grams.values()].reduce((sum, list) => sum + list.length, 0);
  const layout = { bits: 0, classes: BITS_BYTES, buckets: BITS_BYTES + 256, bucketMask: bucketCount - 1, lists: 0, anchors: 0 };
  layout.lists = layout.buckets + bucketCount * 12;
  layout.anchors = align(layout.lists + listLength * 4);
  const bytes = new Uint8Array(align(layout.anchors + anchors.length * ANCHOR_BYTES));
  const view = new DataView(bytes.buffer);

  bytes.set(byteClasses(), layout.classes);
  let next = 0;
  for (const [key, list] of [...grams].sort(([a], [b]) => a - b)) {
    const hash = Math.imul(key, 0x9e3779b1) >>> 0;
    bytes[hash >>> 16] = (bytes[hash >>> 16] as number) | (1 << ((hash >>> 13) & 7));
    let slot = (Math.imul(key, 0x85ebca6b) >>> 7) & layout.bucketMask;
    while (view.getUint32(layout.buckets + slot * 12 + 8, true) !== 0) slot = (slot + 1) & layout.bucketMask;
    view.setUint32(layout.buckets + slot * 12, key, true);
    view.setUint32(layout.buckets + slot * 12 + 4, next, true);
    view.setUint32(layout.buckets + slot * 12 + 8, list.length, true);
    for (const index of list) view.setUint32(layout.lists + next++ * 4, index, true);
  }
  anchors.forEach((anchor, index) => {
    const at = layout.anchors + index * ANCHOR_BYTES;
    const text = new TextEncoder().encode(anchor.fold ? anchor.text.toLowerCase() : anchor.text);
    bytes[at] = text.length;
    bytes[at + 1] = gramOffsets[index] ?? 0;
    bytes[at + 2] = anchor.kind;
    bytes[at + 3] = (anchor.fold ? 1 : 0) | (anchor.digit ? 2 : 0) | ((anchor.punctuation ?? 0) << 2);
    view.setUint16(at + 4, anchor.minRun, true);
    view.setUint16(at + 6, Math.min(anchor.windowAfter, 0xffff), true);
    view.setUint16(at + 8, Math.min(anchor.maxRun ?? anchor.windowBefore, 0xffff), true);
    bytes.set(text, at + TEXT_AT);
  });
  return { anchors, atAnchor, bytes, layout, ...ruleLists(anchors), reach: reachOf(rules, atAnchor) };
}

function ruleLists(anchors: readonly Anchor[]): Pick<Tables, 'ruleStarts' | 'ruleIndexes'> {
  const ruleStarts = new Uint32Array(anchors.length + 1);
  for (const [index, { rules }] of anchors.entries()) ruleStarts[index + 1] = (ruleStarts[index] as number) + rules.length;
  return { ruleStarts, ruleIndexes: Uint32Array.from(anchors.flatMap(({ rules }) => rules)) };
}

function reachOf(rules: readonly Rule[], atAnchor: readonly boolean[]): Uint32Array {
  return Uint32Array.from(
    rules.flatMap(({ windowBefore, windowAfter, engine }, index) => [
      Math.min(Math.max(windowBefore, 0), MAX_AHEAD) + LOOK_BEHIND,
      Math.min(windowAfter, MAX_AHEAD - LOOK_BEHIND) + LOOK_BEHIND,
      // A linear-time expression takes the character before its match with it, and cannot be pinned to a place.
      atAnchor[index] === true && engine !== 'linear' ? 1 : 0,
    ]),
  );
}

/** By what anchors are the same, and sorted. */
export function anchorKey(anchor: Omit<Anchor, 'rules'>): string {
  return JSON.stringify(anchor);
}

/** Same text, fold, class, run and window: one anchor for many rules. */
function collectAnchors(rules: readonly Rule[], allHeads: readonly (readonly PatternHead[] | undefined)[]): readonly Anchor[] {
  const found = new Map<string, { anchor: Omit<Anchor, 'rules'>; rules: number[] }>();
  rules.forEach((rule, ruleIndex) => {
    const heads = allHeads[ruleIndex];
    const fold = rule.flags.includes('i') || !isAtAnchor(rule, heads);
    for (const raw of rule.anchorClass === 'context' ? withoutSpellings(rule.anchors) : rule.anchors) {
      const text = (fold ? raw.toLowerCase() : raw).slice(0, ANCHOR_TEXT);
      const anchor = { text, fold, ...plausibility(rule, text, heads) };
      const key = anchorKey(anchor);
      const known = found.get(key);
      if (known === undefined) found.set(key, { anchor, rules: [ruleIndex] });
      else if (!known.rules.includes(ruleIndex)) known.rules.push(ruleIndex);
    }
  });
  return [...found.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, { anchor, rules: list }]) => ({ ...anchor, rules: list }));
}

/** `app center`, `app_center`, `appcenter` … as few anchors with a wildcard between their parts. */
function withoutSpellings(anchors: readonly string[]): readonly string[] {
  const spaced = new Map<string, readonly string[]>();
  for (const anchor of anchors) {
    const parts = anchor.split(' ');
    const joined = parts.join('');
    if (!/[_.-]/.test(anchor) && parts.length > (spaced.get(joined)?.length ?? 1)) spaced.set(joined, parts);
  }
  return [...anchors.filter((anchor) => !spaced.has(anchor.replace(/[ _.-]/g, ''))), ...[...spaced.values()].flatMap(wildcards)];
}

/** A wildcard may stand behind four bytes worth looking for; before that every separator is spelt out. */
function wildcards(parts: readonly string[]): readonly string[] {
  const [first = '', second, ...rest] = parts;
  if (second === undefined || hasRareGram(first)) return [parts.join(SEPARATOR)];
  return ['', ' ', '_', '.', '-'].flatMap((mark) => wildcards([first + mark + second, ...rest]));
}

function plausibility(rule: Rule, anchor: string, heads: readonly PatternHead[] | undefined): Omit<Anchor, 'text' | 'fold' | 'rules'> {
  const always = { kind: ANCHOR_CLASS.literal, minRun: 0, digit: false, windowBefore: 0, windowAfter: 0 };
  if (rule.anchorClass === 'literal') return always;
  if (rule.anchorClass === 'assignment') return { ...always, kind: ANCHOR_CLASS.assignment };
  if (rule.anchorClass === 'authority') return { ...always, kind: ANCHOR_CLASS.authority };
  if (rule.anchorClass === 'context') {
    const extent = secretExtent(rule.pattern);
    if (extent === undefined) return always;
    return { ...always, kind: ANCHOR_CLASS.context, minRun: extent.shortest, maxRun: extent.longest, punctuation: extent.punctuation, digit: extent.isHex, windowAfter: rule.windowAfter };
  }
  if (isAtAnchor(rule, heads)) {
    const runs = (heads ?? []).filter((head) => beginsWith(head.text, anchor, rule)).map((head) => head.run);
    return { ...always, kind: ANCHOR_CLASS.shaped, minRun: runs.length === 0 ? 0 : Math.min(...runs) };
  }
  const run = Math.min(secretRun(rule.pattern), LONGEST_NEAR_RUN);
  if (run < 4) return always;
  return { kind: ANCHOR_CLASS.near, minRun: run, digit: run >= 16 && /\\d|0-9|\\w/.test(rule.pattern), windowBefore: rule.windowBefore, windowAfter: rule.windowAfter };
}

function isAtAnchor(rule: Rule, heads: readonly PatternHead[] | undefined): boolean {
  return heads !== undefined && heads.length > 0 && heads.every((head) => rule.anchors.some((anchor) => beginsWith(head.text, anchor, rule)));
}

function beginsWith(text: string, anchor: string, rule: Rule): boolean {
  return rule.flags.includes('i') ? text.toLowerCase().startsWith(anchor.toLowerCase()) : text.startsWith(anchor);
}

/** The four bytes of an anchor to hash, folded. A three-byte anchor stands for each byte that may follow it. */
function gramsOf(anchor: string, tokenFollows: boolean): { readonly offset: number; readonly keys: readonly number[] } {
  if (anchor.length >= 4) {
    const offset = rarestGram(anchor);
    return { offset, keys: [key(anchor, offset)] };
  }
  const keys = new Set<number>();
  for (let byte = 0; byte < 256; byte += 1) {
    const next = String.fromCharCode(byte);
    if (!tokenFollows || TOKEN_CHARACTERS.test(next)) keys.add(key(anchor + next, 0));
  }
  return { offset: 0, keys: [...keys] };
}

function key(text: string, offset: number): number {
  let value = 0;
  for (let i = 3; i >= 0; i -= 1) value = ((value << 8) | text.charCodeAt(offset + i) | 0x20) >>> 0;
  return value;
}

function align(value: number): number {
  return (value + 63) & ~63;
}
