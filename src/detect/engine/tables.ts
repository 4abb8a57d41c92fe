import type { Rule } from '../../model/index.ts';
import { membersOf, NO_BYTE } from '../../rules/pattern/byte-set.ts';
import { alphabetOf, type AlphabetName } from './alphabets.ts';
import { ANCHOR_CLASS } from './byte-classes.ts';
import { hasRareGram } from './gram-rarity.ts';
import { ANCHOR_TEXT, packTables, SEPARATOR } from './pack-tables.ts';
import { headsOf, secretMembers, secretRun, type PatternHead } from './pattern-heads.ts';
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
  /** For `near`: what the run consists of. */
  readonly alphabet?: AlphabetName;
  /** For `shaped`: all characters that may stand behind the anchor in the run; for `near` instead of `alphabet`: all that the run may consist of. */
  readonly members?: string;
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
  readonly layout: { readonly buckets: number; readonly bucketMask: number; readonly lists: number; readonly anchors: number; readonly classes: number; readonly alphabets: number };
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

const LONGEST_NEAR_RUN = 64;
const ANYTHING: readonly string[] = ['\0'];

/** Compiles rules into prefilter tables. Pure; the same rules give the same bytes. */
export function compileTables(rules: readonly Rule[]): CompiledTables {
  const { anchors, atAnchor } = compileAnchors(rules);
  return packTables(rules, anchors, atAnchor);
}

/** What tables of these rules are packed from. Pure. */
export function compileAnchors(rules: readonly Rule[]): Anchors {
  const heads = rules.map((rule) => headsOf(rule.pattern));
  return { anchors: collectAnchors(rules, heads), atAnchor: rules.map((rule, index) => isAtAnchor(rule, heads[index])) };
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
    const own = (heads ?? []).filter((head) => beginsWith(head.text, anchor, rule));
    const minRun = own.length === 0 ? 0 : Math.min(...own.map(({ run }) => run));
    return { ...always, kind: ANCHOR_CLASS.shaped, minRun, ...(minRun > anchor.length ? { members: membersBehind(own, anchor.length, rule) } : {}) };
  }
  const run = Math.min(secretRun(rule.pattern), LONGEST_NEAR_RUN);
  if (run < 4) return always;
  const own = secretMembers(rule.pattern) ?? ANYTHING;
  const alphabet = alphabetOf(own) === undefined ? { alphabet: 'token' as const } : { members: inCasesOf(rule, own) };
  return { kind: ANCHOR_CLASS.near, ...alphabet, minRun: run, digit: run >= 16 && /\\d|0-9|\\w/.test(rule.pattern), windowBefore: rule.windowBefore, windowAfter: rule.windowAfter };
}

/** What may stand behind the first `length` characters of matches that begin so, as far as the shortest run of them goes. */
function membersBehind(heads: readonly PatternHead[], length: number, rule: Rule): string {
  const set = heads.reduce((all, head) => all | head.members, NO_BYTE);
  const characters = [...membersOf(set), ...heads.flatMap(({ text }) => [...text.slice(length)])];
  return inCasesOf(rule, characters);
}

/** These characters as a rule's expression takes them, sorted. */
function inCasesOf({ flags }: Rule, characters: Iterable<string>): string {
  const all = [...characters].flatMap((character) => (flags.includes('i') ? [character.toLowerCase(), character.toUpperCase()] : character));
  return [...new Set(all)].sort().join('');
}

function isAtAnchor(rule: Rule, heads: readonly PatternHead[] | undefined): boolean {
  return heads !== undefined && heads.length > 0 && heads.every((head) => rule.anchors.some((anchor) => beginsWith(head.text, anchor, rule)));
}

function beginsWith(text: string, anchor: string, rule: Rule): boolean {
  return rule.flags.includes('i') ? text.toLowerCase().startsWith(anchor.toLowerCase()) : text.startsWith(anchor);
}
