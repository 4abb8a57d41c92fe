import type { PdfDocument } from './document.ts';
import { isDictionary, isList, isOperator, isReference, PdfReader, type PdfDictionary, type PdfValue } from './syntax.ts';

/** One character of a shown string: what it reads, and its width in thousandths of the font's size; undefined where nobody says. */
export interface Glyph {
  readonly text: string;
  readonly width?: number;
  readonly isSpace: boolean;
}

export type Font = (shown: Buffer) => Iterable<Glyph>;

/** How a font's codes read (ISO 32000-1, 9.10): by its `ToUnicode` map, else by the names of its encoding, else as Latin-1. */
export function readFont(dictionary: PdfDictionary, document: PdfDocument): Font {
  const isComposite = dictionary.get('Subtype') === '/Type0';
  const map = toUnicode(dictionary.get('ToUnicode'), document);
  const names = isComposite ? new Map<number, string>() : differences(document.dictionary(dictionary.get('Encoding')), document);
  const width = isComposite ? compositeWidths(dictionary, document) : simpleWidths(dictionary, document);
  const bytesPerCode = isComposite ? (map?.bytesPerCode ?? 2) : 1;
  return function* (shown) {
    for (let at = 0; at + bytesPerCode <= shown.length; at += bytesPerCode) {
      const code = shown.readUIntBE(at, bytesPerCode);
      const advance = width(code);
      const text = map?.texts.get(code) ?? names.get(code) ?? (code === 0 ? '' : String.fromCodePoint(code > 0xffff ? 0xfffd : code));
      yield { text, isSpace: text === ' ' || (bytesPerCode === 1 && code === 32), ...(advance === undefined ? {} : { width: advance }) };
    }
  };
}

/** A font of which nothing is known. */
export const LATIN: Font = function* (shown) {
  for (const byte of shown) yield { text: String.fromCharCode(byte), isSpace: byte === 32 };
};

const MAX_CODES = 70_000;

interface UnicodeMap {
  readonly texts: ReadonlyMap<number, string>;
  readonly bytesPerCode: number;
}

function toUnicode(value: PdfValue | undefined, document: PdfDocument): UnicodeMap | undefined {
  if (!isReference(value)) return undefined;
  const object = document.objects.get(value.object);
  const decoded = object?.raw === undefined ? undefined : document.decode(object);
  if (decoded?.kind !== 'bytes') return undefined;
  const texts = new Map<number, string>();
  let bytesPerCode = 0;
  const reader = new PdfReader(decoded.bytes);
  const operands: PdfValue[] = [];
  for (let item = reader.next(); item !== undefined; item = reader.next()) {
    if (!isOperator(item)) {
      operands.push(item);
      continue;
    }
    if (item.operator === 'endcodespacerange' && bytesPerCode === 0) bytesPerCode = Buffer.isBuffer(operands[0]) ? operands[0].length : 0;
    if (item.operator === 'endbfchar') for (let at = 0; at + 1 < operands.length; at += 2) put(texts, operands[at], operands[at + 1], 0);
    if (item.operator === 'endbfrange') for (let at = 0; at + 2 < operands.length; at += 3) putRange(texts, operands[at], operands[at + 1], operands[at + 2]);
    operands.length = 0;
  }
  return { texts, bytesPerCode: bytesPerCode >= 1 && bytesPerCode <= 4 ? bytesPerCode : 2 };
}

function put(texts: Map<number, string>, code: PdfValue | undefined, text: PdfValue | undefined, plus: number): void {
  if (!Buffer.isBuffer(code) || !Buffer.isBuffer(text) || code.length === 0 || code.length > 4 || texts.size >= MAX_CODES) return;
  const wide = Buffer.from(text.length % 2 === 0 ? text : Buffer.concat([Buffer.alloc(1), text]));
  if (wide.length > 64) return;
  if (plus > 0 && wide.length >= 2) wide.writeUInt16BE((wide.readUInt16BE(wide.length - 2) + plus) & 0xffff, wide.length - 2);
  texts.set(code.readUIntBE(0, code.length) + plus, wide.swap16().toString('utf16le'));
}

function putRange(texts: Map<number, string>, from: PdfValue | undefined, to: PdfValue | undefined, text: PdfValue | undefined): void {
  if (!Buffer.isBuffer(from) || !Buffer.isBuffer(to) || from.length !== to.length || from.length === 0 || from.length > 4) return;
  const count = Math.min(to.readUIntBE(0, to.length) - from.readUIntBE(0, from.length) + 1, MAX_CODES);
  for (let plus = 0; plus < count && texts.size < MAX_CODES; plus += 1) {
    if (!isList(text)) put(texts, from, text, plus);
    else if (Buffer.isBuffer(text[plus])) {
      const code = Buffer.from(from);
      code.writeUIntBE((from.readUIntBE(0, from.length) + plus) % 2 ** (8 * from.length), 0, from.length);
      put(texts, code, text[plus], 0);
    }
  }
}

/** Glyphs named in the Adobe Glyph List whose names are not the character itself, as far as tokens are made of them. */
const NAMES: ReadonlyMap<string, string> = new Map(Object.entries({
  zero: '0', one: '1', two: '2', three: '3', four: '4', five: '5', six: '6', seven: '7', eight: '8', nine: '9', space: ' ', underscore: '_', hyphen: '-', minus: '-', period: '.', slash: '/', plus: '+', equal: '=',
  colon: ':', semicolon: ';', comma: ',', at: '@', numbersign: '#', dollar: '$', percent: '%', ampersand: '&', asterisk: '*', question: '?', exclam: '!', quotedbl: '"', quotesingle: "'", quoteright: "'", quoteleft: '`', grave: '`',
  parenleft: '(', parenright: ')', bracketleft: '[', bracketright: ']', braceleft: '{', braceright: '}', less: '<', greater: '>', bar: '|', backslash: '\\', asciitilde: '~', asciicircum: '^', fi: 'fi', fl: 'fl', ff: 'ff', ffi: 'ffi', ffl: 'ffl',
}));

function differences(encoding: PdfDictionary | undefined, document: PdfDocument): ReadonlyMap<number, string> {
  const list = document.resolve(encoding?.get('Differences'));
  const names = new Map<number, string>();
  let code = 0;
  for (const item of isList(list) ? list : []) {
    if (typeof item === 'number') code = item;
    if (typeof item !== 'string') continue;
    const name = item.slice(1);
    const unicode = /^uni([0-9A-F]{4})$/.exec(name)?.[1];
    const text = name.length === 1 ? name : (NAMES.get(name) ?? (unicode === undefined ? undefined : String.fromCharCode(Number.parseInt(unicode, 16))));
    if (text !== undefined) names.set(code, text);
    code += 1;
  }
  return names;
}

type WidthOf = (code: number) => number | undefined;

function simpleWidths(dictionary: PdfDictionary, document: PdfDocument): WidthOf {
  const list = document.resolve(dictionary.get('Widths'));
  const first = document.resolve(dictionary.get('FirstChar'));
  // The fourteen fonts that every reader has bring no widths; of them only Courier has one for all.
  const otherwise = String(dictionary.get('BaseFont')).includes('Courier') ? 600 : undefined;
  return (code) => {
    const width = isList(list) && typeof first === 'number' ? list[code - first] : undefined;
    return typeof width === 'number' ? width : otherwise;
  };
}

function compositeWidths(dictionary: PdfDictionary, document: PdfDocument): WidthOf {
  const descendants = document.resolve(dictionary.get('DescendantFonts'));
  const descendant = isList(descendants) ? document.resolve(descendants[0]) : undefined;
  if (!isDictionary(descendant)) return () => undefined;
  const list = document.resolve(descendant.get('W'));
  const known = new Map<number, number>();
  const items = isList(list) ? list : [];
  for (let at = 0; at < items.length && known.size < MAX_CODES; ) {
    const [from, second, third] = [items[at], document.resolve(items[at + 1]), items[at + 2]];
    if (typeof from !== 'number') break;
    if (isList(second)) {
      for (const [index, width] of second.entries()) if (typeof width === 'number') known.set(from + index, width);
      at += 2;
    } else if (typeof second === 'number' && typeof third === 'number') {
      for (let code = from; code <= second && known.size < MAX_CODES; code += 1) known.set(code, third);
      at += 3;
    } else break;
  }
  const otherwise = document.resolve(descendant.get('DW'));
  return (code) => known.get(code) ?? (typeof otherwise === 'number' ? otherwise : 1000);
}
