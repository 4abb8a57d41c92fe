import type { Anchors, CompiledTables, Tables } from './tables.ts';

/** A file of tables begins with this, and the length of its head as 32 bits. */
const MAGIC = 'twtables';
const HEAD_AT = MAGIC.length + 4;

/** The JSON after that; then the sections, each at a multiple of 64 bytes from the file's start. */
interface Head {
  /** Of the WebAssembly code that reads them. */
  readonly code: number;
  readonly layout: Tables['layout'];
  readonly sections: { readonly bytes: Section; readonly ruleStarts: Section; readonly ruleIndexes: Section; readonly reach: Section };
}

interface Section {
  readonly at: number;
  readonly bytes: number;
}

/** Tables as the bytes of a file beside the catalogue they were compiled from, for this WebAssembly code alone: nothing in it need be parsed. */
export function writeTables({ bytes, layout, ruleStarts, ruleIndexes, reach }: Tables, code: Uint8Array): Uint8Array {
  const room = 1024;
  let end = room;
  const place = (part: Uint8Array | Uint32Array): Section => {
    const section = { at: end, bytes: part.byteLength };
    end = (end + part.byteLength + 63) & ~63;
    return section;
  };
  const head: Head = { code: checksumOf(code), layout, sections: { bytes: place(bytes), ruleStarts: place(ruleStarts), ruleIndexes: place(ruleIndexes), reach: place(reach) } };
  const json = Buffer.from(JSON.stringify(head));
  if (HEAD_AT + json.length > room) throw new Error('the head of the tables has outgrown its room');
  const file = Buffer.alloc(end);
  file.write(MAGIC, 'latin1');
  file.writeUInt32LE(json.length, MAGIC.length);
  json.copy(file, HEAD_AT);
  for (const [part, { at }] of [[bytes, head.sections.bytes], [ruleStarts, head.sections.ruleStarts], [ruleIndexes, head.sections.ruleIndexes], [reach, head.sections.reach]] as const) {
    file.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), at);
  }
  return file;
}

/** Reads what `writeTables` wrote; the result are views of `file`, whose memory may be shared. Throws a RangeError for anything else, and where `code` is not what they were written for: it would look in them for ever. */
export function readTables(file: Uint8Array, code: Uint8Array): Tables {
  const { buffer, byteOffset } = file;
  const text = Buffer.from(buffer, byteOffset, file.byteLength);
  if (text.toString('latin1', 0, MAGIC.length) !== MAGIC) throw new RangeError('these are no tables');
  const { code: writtenFor, layout, sections } = JSON.parse(text.toString('utf8', HEAD_AT, HEAD_AT + text.readUInt32LE(MAGIC.length))) as Head;
  if (writtenFor !== checksumOf(code)) throw new RangeError('dist/tables.bin was compiled for another dist/prefilter.wasm: build again, or install the package anew');
  const words = ({ at, bytes }: Section): Uint32Array => new Uint32Array(buffer, byteOffset + at, bytes / 4);
  return {
    layout,
    bytes: new Uint8Array(buffer, byteOffset + sections.bytes.at, sections.bytes.bytes),
    ruleStarts: words(sections.ruleStarts),
    ruleIndexes: words(sections.ruleIndexes),
    reach: words(sections.reach),
  };
}

/** What only `extendTables` needs, as JSON text. */
export function writeAnchors({ anchors, atAnchor }: CompiledTables): string {
  return JSON.stringify({ anchors, atAnchor });
}

/** Reads what `writeAnchors` wrote. */
export function readAnchors(text: string): Anchors {
  return JSON.parse(text) as Anchors;
}

/** FNV-1a: against two files of different builds, not against anybody; `node:crypto` alone would cost a start-up more than the scan. */
function checksumOf(bytes: Uint8Array): number {
  let sum = 0x811c9dc5;
  for (const byte of bytes) sum = Math.imul(sum ^ byte, 0x01000193);
  return sum >>> 0;
}
