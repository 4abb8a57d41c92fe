import type { Rule } from '../../model/index.ts';
import { alphabetRow, membersRow, valueRow } from './alphabets.ts';
import { byteClasses } from './byte-classes.ts';
import { rarestGram } from './gram-rarity.ts';
import { LOOK_BEHIND, MAX_AHEAD } from './reach.ts';
import { marksOf } from './secret-extent.ts';
import type { Anchor, CompiledTables, Tables } from './tables.ts';

/** Longest text of an anchor that the prefilter compares. */
export const ANCHOR_TEXT = 54;
/** In an anchor: a space, `_`, `.`, `-` or nothing. `verify` of the prefilter knows it. */
export const SEPARATOR = '\x01';
const FILTER_BYTES = 1 << 16;
const SLOT_BYTES = 16;
const ANCHOR_BYTES = 96;
const TEXT_AT = 36;
const LAST = 0x80000000;
const BEFORE = 0x80000000;
const THREE = 1 << 24;

/**
 * The bytes of anchors that are sorted and free of doubles, as `compileTables` and `extendTables` make them:
 * a filter of 32,768 pairs of bytes, one for each hash of three bytes, whose bits say what may follow them, and what may stand before; the classes of bytes; slots of a hash table (u32 gram, u32 its list
 * and on which side the neighbours stand, u32 mask and u32 value of neighbours) with linear probing; lists of anchor indexes, the last marked; alphabets of 16 bytes; and anchors, as `prefilter.ts` describes them.
 */
export function packTables(rules: readonly Rule[], anchors: readonly Anchor[], atAnchor: readonly boolean[]): CompiledTables {
  const grams = new Map<number, number[]>();
  const gramOffsets: number[] = [];
  anchors.forEach((anchor, index) => {
    const { offset, key } = gramOf(anchor.text.split(SEPARATOR, 1)[0] ?? '');
    gramOffsets.push(offset);
    const list = grams.get(key);
    if (list === undefined) grams.set(key, [index]);
    else list.push(index);
  });
  const alphabets = alphabetsOf(anchors);

  let slots = 64;
  while (slots < grams.size * 2) slots *= 2;
  const listLength = 1 + [...grams.values()].reduce((sum, list) => sum + list.length, 0);
  const layout = { classes: FILTER_BYTES, buckets: FILTER_BYTES + 256, bucketMask: slots - 1, lists: 0, alphabets: 0, anchors: 0 };
  layout.lists = layout.buckets + slots * SLOT_BYTES;
  layout.alphabets = align(layout.lists + listLength * 4);
  layout.anchors = align(layout.alphabets + alphabets.rows.length * 16);
  const bytes = new Uint8Array(align(layout.anchors + anchors.length * ANCHOR_BYTES));
  const view = new DataView(bytes.buffer);

  bytes.set(byteClasses(), layout.classes);
  // a list at 0 would look like an empty slot
  let next = 1;
  for (const [key, list] of [...grams].sort(([a], [b]) => a - b)) {
    const hash = hashOf(key);
    bytes[hash] = (bytes[hash] as number) | (key < THREE ? 0xff : classBit(key >>> 24));
    for (const index of list) bytes[hash + 1] = (bytes[hash + 1] as number) | bitBefore(anchors[index] as Anchor, gramOffsets[index] ?? 0);
    let slot = (Math.imul(key, 0x85ebca6b) >>> 7) & layout.bucketMask;
    while (view.getUint32(layout.buckets + slot * SLOT_BYTES + 4, true) !== 0) slot = (slot + 1) & layout.bucketMask;
    view.setUint32(layout.buckets + slot * SLOT_BYTES, key, true);
    const [index] = list;
    const { behind, mask, value } = list.length > 1 || index === undefined ? NO_NEIGHBOURS : neighboursOf(anchors[index] as Anchor, gramOffsets[index] ?? 0);
    view.setUint32(layout.buckets + slot * SLOT_BYTES + 4, (behind ? next : next | BEFORE) >>> 0, true);
    view.setUint32(layout.buckets + slot * SLOT_BYTES + 8, mask, true);
    view.setUint32(layout.buckets + slot * SLOT_BYTES + 12, value, true);
    list.forEach((index, at) => view.setUint32(layout.lists + next++ * 4, (at === list.length - 1 ? index | LAST : index) >>> 0, true));
  }
  alphabets.rows.forEach((row, index) => bytes.set(row, layout.alphabets + index * 16));
  anchors.forEach((anchor, index) => packAnchor(view, layout.anchors + index * ANCHOR_BYTES, anchor, gramOffsets[index] ?? 0, alphabets.indexes[index] ?? 0));
  return { anchors, atAnchor, bytes, layout, ...ruleLists(anchors), reach: reachOf(rules, atAnchor) };
}

interface Neighbours {
  readonly behind: boolean;
  readonly mask: number;
  readonly value: number;
}

const NO_NEIGHBOURS: Neighbours = { behind: true, mask: 0, value: 0 };

/** What must stand in the four bytes behind the gram, or before it, if one anchor alone is meant by it: folded, and where the mask has bits. */
function neighboursOf(only: Anchor, offset: number): Neighbours {
  const text = only.text.split(SEPARATOR, 1)[0] ?? '';
  if (text.length < 5) return NO_NEIGHBOURS;
  const behind = text.length - offset - 4 >= Math.min(offset, 4);
  const bytes = Array.from({ length: 4 }, (_, i) => text.charCodeAt(behind ? offset + 4 + i : offset - 4 + i));
  const word = (of: (byte: number) => number): number => bytes.reduce((sum, byte, i) => sum + (Number.isNaN(byte) ? 0 : of(byte) * 2 ** (8 * i)), 0);
  return { behind, mask: word(() => 0xff), value: word((byte) => byte | 0x20) };
}

function packAnchor(view: DataView, at: number, anchor: Anchor, gramOffset: number, alphabet: number): void {
  const text = new TextEncoder().encode(anchor.fold ? anchor.text.toLowerCase() : anchor.text);
  const prefix = anchor.text.split(SEPARATOR, 1)[0]?.length ?? 0;
  // The first eight bytes at once: (bytes | fold) & mask === text.
  for (let i = 0; i < Math.min(8, prefix); i += 1) {
    const byte = text[i] as number;
    view.setUint8(at + i, anchor.fold && byte >= 0x61 && byte <= 0x7a ? 0x20 : 0);
    view.setUint8(at + 8 + i, 0xff);
    view.setUint8(at + 16 + i, byte);
  }
  view.setUint8(at + 24, text.length);
  view.setUint8(at + 25, gramOffset);
  view.setUint8(at + 26, anchor.kind);
  view.setUint8(at + 27, (anchor.fold ? 1 : 0) | (anchor.digit ? 2 : 0) | ((anchor.punctuation ?? 0) << 2));
  view.setUint16(at + 28, anchor.minRun, true);
  view.setUint16(at + 30, Math.min(anchor.windowAfter, 0xffff), true);
  view.setUint16(at + 32, Math.min(anchor.maxRun ?? anchor.windowBefore, 0xffff), true);
  view.setUint8(at + 34, alphabet);
  view.setUint8(at + 35, prefix === text.length && prefix <= 8 ? 1 : 0);
  text.forEach((byte, i) => view.setUint8(at + TEXT_AT + i, byte));
}

/** An anchor has one byte for its row, and the named ones need a few. */
const MOST_ROWS = 200;

/** The alphabets of all anchors without doubles, and which of them each anchor has. The first is that of token characters. */
function alphabetsOf(anchors: readonly Anchor[]): { readonly rows: readonly Uint8Array[]; readonly indexes: readonly number[] } {
  const rows = [alphabetRow('token')];
  const known = new Map([[String(rows[0]), 0]]);
  const byName = new Map<string, number>();
  const indexes = anchors.map(({ alphabet, members, maxRun, punctuation = 0 }) => {
    const name = members !== undefined ? `these ${members}` : maxRun === undefined ? (alphabet ?? 'token') : `value ${punctuation}`;
    const asked = byName.get(name);
    if (asked !== undefined) return asked;
    const row = members !== undefined ? membersRow(members) : maxRun === undefined ? alphabetRow(alphabet ?? 'token') : valueRow(marksOf(punctuation));
    // what has no room is looked at as if it had the widest
    const at = known.get(String(row)) ?? (members === undefined || rows.length < MOST_ROWS ? rows.push(row) - 1 : 0);
    known.set(String(row), at);
    byName.set(name, at);
    return at;
  });
  return { rows, indexes };
}

/** What the prefilter computes of three folded bytes: where the pair for them lies. */
function hashOf(key: number): number {
  return ((key & 0xffff) * 0x9e3b + ((key >>> 8) & 0xffff) * 0x5bd1) & 0xfffe;
}

/** The bit of the class of a folded byte. `classBits` of the prefilter computes the same. */
function classBit(byte: number): number {
  return 1 << ((byte ^ (byte >>> 4)) & 7);
}

/** The bit of the byte before the gram, or all where that may be any. */
function bitBefore({ text }: Anchor, offset: number): number {
  return offset === 0 ? 0xff : classBit(text.charCodeAt(offset - 1) | 0x20);
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

/** The four bytes of an anchor to look for, folded, as a number; of a shorter anchor three, which is a number below `THREE`. */
function gramOf(anchor: string): { readonly offset: number; readonly key: number } {
  const offset = anchor.length < 4 ? 0 : rarestGram(anchor);
  let key = 0;
  for (let i = Math.min(anchor.length, 4) - 1; i >= 0; i -= 1) key = ((key << 8) | anchor.charCodeAt(offset + i) | 0x20) >>> 0;
  return { offset, key };
}

function align(value: number): number {
  return (value + 63) & ~63;
}
