import { sniff } from '../../lib/sniff.ts';
import { SkipError } from '../../model/index.ts';
import type { ArchiveJob } from '../archive/job.ts';
import type { Member } from '../archive/member.ts';
import { readBytes } from '../read/byte-source.ts';
import { contentText } from './content-text.ts';
import { PdfDocument, PdfLimit, type PdfObject } from './document.ts';
import { readFont, type Font } from './font.ts';
import { isDictionary, isList, isReference, type PdfDictionary, type PdfValue } from './syntax.ts';

/** Streams of these kinds hold no text: pictures, letter shapes, colours, indexes. Objects in `ObjStm` are told with the strings. */
const NO_TEXT: ReadonlySet<PdfValue | undefined> = new Set(['/Image', '/Type1C', '/CIDFontType0C', '/OpenType', '/XRef', '/ObjStm', '/Type1', '/CMap']);
const MAX_FORMS = 8;
const MAX_STRINGS_BYTES = 64 << 20;
const MIN_UNPACKED_BYTES = 32 << 20;
const MAX_RATIO = 20;

/**
 * What a PDF says: the text of each page, the strings of its other parts (notes, links, fields, properties), and the streams that are
 * neither page nor picture, such as attached files, scripts and metadata. What cannot be read is a gap. Pictures are not read.
 */
export function* pdfMembers(bytes: Buffer, what: string, job: ArchiveJob): Generator<Member> {
  let document: PdfDocument;
  try {
    document = new PdfDocument(bytes, bounded(bytes.length, job));
  } catch (error) {
    if (error instanceof PdfLimit) throw new SkipError({ what, reason: 'archive-limit', detail: error.message }, error);
    throw error;
  }
  if (document.isEncrypted) {
    job.gap('unreadable', what, 'it is encrypted');
    return;
  }
  const reading = new Reading(document);
  for (const [index, page] of pagesOf(document).entries()) {
    const text = reading.page(page);
    if (text !== undefined) yield member(`page ${index + 1}`, text);
  }
  for (const object of [...document.objects.values(), ...document.replaced]) {
    if (object.raw === undefined || reading.isSeen(object) || !isDictionary(object.value) || holdsNoText(object.value)) continue;
    const decoded = document.decode(object);
    if (decoded.kind !== 'bytes' || decoded.bytes.includes('begincmap')) continue;
    if (object.value.get('Subtype') === '/Form' || looksLikeContent(decoded.bytes)) yield member(`object ${object.number}`, contentText(decoded.bytes, reading.anyResources));
    else if (object.value.get('Type') === '/EmbeddedFile' || mayBeRead(decoded.bytes)) yield { name: `object ${object.number}`, sizeBytes: decoded.bytes.length, read: readBytes(decoded.bytes) };
  }
  yield member('strings', stringsOf(document));
  for (const [number, why] of document.damaged) job.gap('archive-damaged', `${what}!/object ${number}`, why);
}

/** Reading content costs far more time than unpacking it: a document may unpack to less than other archives. */
function bounded(sizeBytes: number, job: ArchiveJob): (bytes: number) => number {
  let left = Math.max(MIN_UNPACKED_BYTES, sizeBytes * MAX_RATIO);
  return (count) => {
    left -= count;
    if (left < 0) throw job.limit('it unpacks to far more than its size');
    return Math.min(left, job.spend(count)) + 1;
  };
}

function member(name: string, text: string): Member {
  const bytes = Buffer.from(text);
  return { name, sizeBytes: bytes.length, read: readBytes(bytes) };
}

function holdsNoText(dictionary: PdfDictionary): boolean {
  return NO_TEXT.has(dictionary.get('Subtype')) || NO_TEXT.has(dictionary.get('Type')) || dictionary.has('Length1') || (dictionary.has('N') && dictionary.has('Alternate')) || dictionary.has('FunctionType') || dictionary.has('ShadingType');
}

/** Of streams that nothing says anything of: not the shapes of letters and their tables. */
function mayBeRead(bytes: Buffer): boolean {
  return sniff(bytes) !== 'binary' && !/^\s*(?:[\d.-]+\s+){2,6}d[01]\b/.test(bytes.toString('latin1', 0, 200));
}

function looksLikeContent(bytes: Buffer): boolean {
  return /(?:^|\s)BT\s[^]{0,4000}?\sT[jJ]\b/.test(bytes.toString('latin1', 0, 64 << 10));
}

/** In the order of the document, as far as its tree of pages leads; then those it leads nowhere to. */
function pagesOf(document: PdfDocument): readonly PdfDictionary[] {
  const pages = new Set<PdfDictionary>();
  const visited = new Set<PdfDictionary>();
  const walk = (value: PdfValue | undefined, depth: number): void => {
    const node = document.dictionary(value);
    if (node === undefined || visited.has(node) || depth > 64) return;
    visited.add(node);
    const children = document.resolve(node.get('Kids'));
    if (isList(children)) for (const child of children) walk(child, depth + 1);
    else if (node.has('Contents')) pages.add(node);
  };
  const all = [...document.objects.values(), ...document.replaced].map(({ value }) => value);
  for (const value of all) if (isDictionary(value) && value.get('Type') === '/Catalog') walk(value.get('Pages'), 0);
  for (const value of all) if (isDictionary(value) && value.get('Type') === '/Page' && !pages.has(value)) walk(value, 0);
  return [...pages];
}

/** Page for page, with the fonts and forms that each names. */
class Reading {
  readonly #document: PdfDocument;
  readonly #seen = new Set<PdfObject>();
  readonly #fonts = new Map<PdfDictionary, Font>();

  constructor(document: PdfDocument) {
    this.#document = document;
  }

  isSeen(object: PdfObject): boolean {
    return this.#seen.has(object);
  }

  /** Undefined for a page whose content is another's: an update replaced the page and kept what it shows. */
  page(page: PdfDictionary): string | undefined {
    const contents = page.get('Contents');
    const parts = isReference(contents) && this.#document.objects.get(contents.object)?.raw !== undefined ? [contents] : this.#document.resolve(contents);
    // One stream that is cut anywhere: a word may go on in the next part.
    const list = isList(parts) ? parts : [];
    if (list.length > 0 && list.every((part) => this.#hasSeen(part))) return undefined;
    const bytes = list.flatMap((part) => [this.#bytesOf(part), Buffer.from('\n')]);
    return contentText(Buffer.concat(bytes), this.#resources(this.#inherited(page), 0));
  }

  /** Where nobody says which fonts are meant. */
  readonly anyResources = { font: (): Font | undefined => undefined, form: (): undefined => undefined };

  #inherited(page: PdfDictionary): PdfDictionary | undefined {
    let node: PdfDictionary | undefined = page;
    for (let depth = 0; node !== undefined && depth < 64; depth += 1) {
      const resources = this.#document.dictionary(node.get('Resources'));
      if (resources !== undefined) return resources;
      node = this.#document.dictionary(node.get('Parent'));
    }
    return undefined;
  }

  #resources(resources: PdfDictionary | undefined, depth: number): { readonly font: (name: string) => Font | undefined; readonly form: (name: string) => string | undefined } {
    const fonts = this.#document.dictionary(resources?.get('Font'));
    const objects = this.#document.dictionary(resources?.get('XObject'));
    const texts = new Map<string, string | undefined>();
    return {
      font: (name) => this.#font(this.#document.dictionary(fonts?.get(name))),
      form: (name) => {
        // Drawn a hundred times, it is read once.
        if (texts.has(name)) return undefined;
        const text = this.#form(objects?.get(name), resources, depth);
        texts.set(name, text);
        return text;
      },
    };
  }

  #form(reference: PdfValue | undefined, outer: PdfDictionary | undefined, depth: number): string | undefined {
    const object = isReference(reference) ? this.#document.objects.get(reference.object) : undefined;
    if (object?.raw === undefined || depth >= MAX_FORMS || this.#seen.has(object) || !isDictionary(object.value) || object.value.get('Subtype') !== '/Form') return undefined;
    return contentText(this.#bytesOf(reference), this.#resources(this.#document.dictionary(object.value.get('Resources')) ?? outer, depth + 1));
  }

  #font(dictionary: PdfDictionary | undefined): Font | undefined {
    if (dictionary === undefined) return undefined;
    const font = this.#fonts.get(dictionary) ?? readFont(dictionary, this.#document);
    this.#fonts.set(dictionary, font);
    return font;
  }

  #hasSeen(value: PdfValue): boolean {
    const object = isReference(value) ? this.#document.objects.get(value.object) : undefined;
    return object === undefined || this.#seen.has(object);
  }

  #bytesOf(value: PdfValue | undefined): Buffer {
    const object = isReference(value) ? this.#document.objects.get(value.object) : undefined;
    if (object?.raw === undefined) return Buffer.alloc(0);
    this.#seen.add(object);
    const decoded = this.#document.decode(object);
    return decoded.kind === 'bytes' ? decoded.bytes : Buffer.alloc(0);
  }
}

/** Every string outside of content, a line each. */
function stringsOf(document: PdfDocument): string {
  const lines: string[] = [];
  let total = 0;
  const collect = (value: PdfValue | undefined): void => {
    if (total > MAX_STRINGS_BYTES) return;
    if (Buffer.isBuffer(value)) {
      if (value.length < 4) return;
      const text = textString(value);
      total += text.length;
      lines.push(text);
    } else if (isList(value)) value.forEach(collect);
    else if (isDictionary(value)) for (const [key, entry] of value) if (key !== 'ID') collect(entry);
  };
  for (const { value } of [...document.objects.values(), ...document.replaced]) collect(value);
  return `${lines.join('\n')}\n`;
}

/** 7.9.2.2: UTF-16 or UTF-8 by its mark, else an encoding that agrees with Latin-1 where tokens are. */
function textString(bytes: Buffer): string {
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return Buffer.from(bytes.subarray(2, 2 + ((bytes.length - 2) & ~1))).swap16().toString('utf16le');
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return bytes.toString('utf8', 3);
  return bytes.toString('latin1');
}
