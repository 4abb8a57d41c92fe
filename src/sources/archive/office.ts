import { prepend, readAll, readBytes, type Read } from '../read/byte-source.ts';

/** A part of a document that is longer is scanned as it is stored. */
const MAX_BYTES = 16 << 20;

/** The parts of Office Open XML (ECMA-376) and OpenDocument files that hold what people write, and what their heads name. */
const PARTS = /(?:^|\/)(?:word|xl|ppt)\/(?:[\w-]+\/)?[\w-]+\.xml$|(?:^|\/)(?:content|styles)\.xml$/;
const NAMESPACES: readonly string[] = ['://schemas.openxmlformats.org/', '://purl.oclc.org/ooxml/', 'urn:oasis:names:tc:opendocument:'];
/** Around these a new word begins. */
const BREAKS: ReadonlySet<string> = new Set(['p', 'h', 'si', 'is', 'c', 'v', 'f', 'br', 'cr', 'tab', 'line-break', 's', 'tc', 'row', 'comment', 'table-cell', 'sheet', 'body']);

export function isOfficePart(path: string, head: Uint8Array): boolean {
  if (!PARTS.test(path)) return false;
  const start = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  return NAMESPACES.some((name) => start.includes(name));
}

/**
 * The text of such a part, in which what an editor cut into runs is one again: each paragraph or cell a line, and below all
 * of them the markup that says anything, so that nothing in an attribute is lost. A part that is too long comes as it is.
 */
export function officeText(read: Read): Read {
  let ready: Promise<Read> | undefined;
  return async (target) => (await (ready ??= prepared(read)))(target);
}

async function prepared(read: Read): Promise<Read> {
  const pieces: Uint8Array[] = [];
  const all = await readAll(remembering(read, pieces), MAX_BYTES);
  return all === undefined ? prepend(Buffer.concat(pieces), read) : readBytes(joined(all));
}

function remembering(read: Read, pieces: Uint8Array[]): Read {
  const keep = (target: Uint8Array, count: number): number => {
    pieces.push(target.slice(0, count));
    return count;
  };
  return (target) => {
    const count = read(target);
    return typeof count === 'number' ? keep(target, count) : count.then((got) => keep(target, got));
  };
}

function joined(bytes: Uint8Array): Uint8Array {
  const source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  const texts: string[] = [];
  const marks: string[] = [];
  let at = 0;
  while (at < source.length) {
    const open = source.indexOf('<', at);
    texts.push(source.slice(at, open === -1 ? source.length : open));
    if (open === -1) break;
    const close = source.indexOf('>', open);
    at = close === -1 ? source.length : close + 1;
    const tag = source.slice(open, at);
    if (tag.includes('"') || tag.includes("'") || tag.startsWith('<!')) marks.push(tag);
    const name = /^<\/?(?:[\w-]+:)?([\w-]+)/.exec(tag)?.[1] ?? '';
    if (BREAKS.has(name) && texts.at(-1) !== '\n') texts.push('\n');
  }
  return Buffer.from(`${texts.join('')}\n${marks.join('\n')}\n`, 'latin1');
}
