/** Hides known byte strings in a stream. */
export interface ByteMask {
  /** What of the stream may be shown by now. A tail that may be the beginning of a hidden string is held back. */
  readonly push: (chunk: Uint8Array) => Uint8Array;
  /** The rest, when nothing more comes. */
  readonly end: () => Uint8Array;
}

interface Node {
  readonly next: Map<number, Node>;
  isEnd: boolean;
}

type Walk = { readonly kind: 'none' } | { readonly kind: 'more' } | { readonly kind: 'match'; readonly end: number };

const NONE: Walk = { kind: 'none' };
const MORE: Walk = { kind: 'more' };
const [ESCAPE, BRACKET] = [0x1b, 0x5b];
/** Bytes of line breaks and colours that may stand between two bytes of a hidden string. */
const MAX_BETWEEN = 64;

/** A string to hide; with `least`, also its first bytes when they are this many or more. */
export interface HiddenForm {
  readonly bytes: Uint8Array;
  readonly least?: number;
}

/**
 * Replaces every one of `forms` by `mask`, the longest first, across chunks; all other bytes pass as they are. Line
 * breaks and terminal colours inside a form do not hide it: `base64` wraps its output, `grep` colours what it found.
 * Returns a maker, since each stream has a state of its own.
 */
export function byteMasker(forms: readonly HiddenForm[], mask: Uint8Array): () => ByteMask {
  const root: Node = { next: new Map(), isEnd: false };
  for (const form of forms) {
    let node = root;
    for (const [index, byte] of form.bytes.entries()) {
      const next = node.next.get(byte) ?? { next: new Map(), isEnd: false };
      if (form.least !== undefined && index + 1 >= form.least) next.isEnd = true;
      node.next.set(byte, next);
      node = next;
    }
    if (node !== root) node.isEnd = true;
  }
  return () => {
    let held: Uint8Array = new Uint8Array(0);
    const run = (chunk: Uint8Array, isLast: boolean): Uint8Array => {
      const bytes = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
      const out: Uint8Array[] = [];
      let shown = 0;
      let at = 0;
      while (at < bytes.length) {
        if (!root.next.has(bytes[at] as number)) {
          at += 1;
          continue;
        }
        const walk = walkFrom(root, bytes, at, isLast);
        if (walk.kind === 'more') break;
        if (walk.kind === 'none') at += 1;
        else {
          out.push(bytes.subarray(shown, at), mask);
          at = walk.end;
          shown = at;
        }
      }
      out.push(bytes.subarray(shown, at));
      // A copy: what is held must not change with the reader's buffer.
      held = Uint8Array.from(bytes.subarray(at));
      return Buffer.concat(out);
    };
    return { push: (chunk) => run(chunk, false), end: () => run(new Uint8Array(0), true) };
  };
}

function walkFrom(root: Node, bytes: Uint8Array, from: number, isLast: boolean): Walk {
  let node = root;
  let end = -1;
  let between = 0;
  for (let at = from; at < bytes.length; ) {
    const next = node.next.get(bytes[at] as number);
    if (next !== undefined) {
      node = next;
      at += 1;
      between = 0;
      if (node.isEnd) end = at;
      if (node.next.size === 0) return { kind: 'match', end };
      continue;
    }
    const skipped = at === from ? 0 : breakAt(bytes, at);
    if (skipped === undefined && !isLast) return MORE;
    if (skipped === undefined || skipped === 0 || between + skipped > MAX_BETWEEN) return end < 0 ? NONE : { kind: 'match', end };
    between += skipped;
    at += skipped;
  }
  if (!isLast) return MORE;
  return end < 0 ? NONE : { kind: 'match', end };
}

/** Length of a line break or a control sequence (ECMA-48 section 5.4) at a place; 0 where there is none, undefined where it is cut. */
function breakAt(bytes: Uint8Array, at: number): number | undefined {
  const byte = bytes[at];
  if (byte === 0x0a || byte === 0x0d) return 1;
  if (byte !== ESCAPE) return 0;
  if (at + 1 >= bytes.length) return undefined;
  if (bytes[at + 1] !== BRACKET) return 0;
  for (let index = at + 2; index < at + MAX_BETWEEN; index += 1) {
    const part = bytes[index];
    if (part === undefined) return undefined;
    if (part >= 0x40 && part <= 0x7e) return index + 1 - at;
    if (part < 0x20 || part > 0x3f) return 0;
  }
  return 0;
}
