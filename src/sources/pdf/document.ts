import { decodeStream, type Decoded } from './filters.ts';
import { isDictionary, isOperator, isReference, PdfReader, type PdfDictionary, type PdfValue } from './syntax.ts';

export interface PdfObject {
  readonly number: number;
  readonly value: PdfValue;
  /** Its bytes as they are stored, where it is a stream. */
  readonly raw?: Buffer;
}

const MAX_OBJECTS = 500_000;
const MAX_REFERENCES = 16;

/** Thrown for a document that is too much. */
export class PdfLimit extends Error {}

/**
 * The objects of a document. They are looked for in its bytes and not by its index: a later object of the same number takes the place of an
 * earlier one, as an update has it, and a damaged index hides nothing. `limit` bounds what one stream may unpack to.
 */
export class PdfDocument {
  readonly objects = new Map<number, PdfObject>();
  /** Objects whose number was used again: what updates replaced. */
  readonly replaced: PdfObject[] = [];
  /** Streams that could not be unpacked whole, by number. */
  readonly damaged = new Map<number, string>();
  readonly isEncrypted: boolean;
  readonly #limit: (bytes: number) => number;

  /** `spend` is told of bytes that were unpacked and says how many more there may be. Throws `PdfLimit`, and what `spend` throws. */
  constructor(bytes: Buffer, spend: (bytes: number) => number) {
    this.#limit = spend;
    let isEncrypted = false;
    for (const object of objectsOf(bytes)) {
      this.#keep(object);
      if (isDictionary(object.value) && object.value.get('Type') === '/XRef' && object.value.has('Encrypt')) isEncrypted = true;
    }
    for (let at = bytes.indexOf('trailer'); at !== -1; at = bytes.indexOf('trailer', at + 7)) {
      const trailer = new PdfReader(bytes, at + 7, Math.min(bytes.length, at + 7 + 4096)).next();
      if (isDictionary(trailer) && trailer.has('Encrypt')) isEncrypted = true;
    }
    this.isEncrypted = isEncrypted;
    if (!isEncrypted) for (const object of [...this.objects.values(), ...this.replaced]) this.#openObjects(object);
  }

  readonly resolve = (value: PdfValue | undefined): PdfValue | undefined => {
    let now = value;
    for (let steps = 0; isReference(now); steps += 1) {
      if (steps >= MAX_REFERENCES) return undefined;
      now = this.objects.get(now.object)?.value;
    }
    return now;
  };

  dictionary(value: PdfValue | undefined): PdfDictionary | undefined {
    const found = this.resolve(value);
    return isDictionary(found) ? found : undefined;
  }

  /** A stream without its filters. Throws what `spend` throws where it unpacks to too much. */
  decode({ number, value, raw }: PdfObject): Decoded {
    if (raw === undefined || !isDictionary(value)) return { kind: 'damaged', why: 'it is no stream' };
    const decoded = decodeStream(raw, value, this.#limit(0), this.resolve);
    if (decoded.kind === 'too-large') this.#limit(Number.POSITIVE_INFINITY);
    if (decoded.kind === 'damaged') this.damaged.set(number, decoded.why);
    if (decoded.kind === 'bytes') {
      this.#limit(decoded.bytes.length);
      if (!decoded.isWhole) this.damaged.set(number, 'it is cut off');
    }
    return decoded;
  }

  #keep(object: PdfObject): void {
    const before = this.objects.get(object.number);
    if (before !== undefined) this.replaced.push(before);
    this.objects.set(object.number, object);
    if (this.objects.size + this.replaced.length > MAX_OBJECTS) throw new PdfLimit(`more than ${MAX_OBJECTS} objects`);
  }

  /** 7.5.7: objects that are kept, compressed, in a stream. */
  #openObjects(holder: PdfObject): void {
    if (holder.raw === undefined || !isDictionary(holder.value) || holder.value.get('Type') !== '/ObjStm') return;
    const decoded = this.decode(holder);
    const first = this.resolve(holder.value.get('First'));
    const count = this.resolve(holder.value.get('N'));
    if (decoded.kind !== 'bytes' || typeof first !== 'number' || typeof count !== 'number') return;
    const head = new PdfReader(decoded.bytes, 0, Math.min(first, decoded.bytes.length));
    for (let index = 0; index < count; index += 1) {
      const number = head.next();
      const offset = head.next();
      if (typeof number !== 'number' || typeof offset !== 'number') return;
      const value = new PdfReader(decoded.bytes, first + offset).value();
      if (value !== undefined) this.#keep({ number, value });
    }
  }
}

/** Every `12 0 obj`, in the order of the bytes. Each byte is passed a few times at most, whatever they are. */
function* objectsOf(bytes: Buffer): Generator<PdfObject> {
  let noEnd = Number.POSITIVE_INFINITY;
  for (let at = bytes.indexOf('obj'); at !== -1; ) {
    const head = /(?:^|[^\d])(\d{1,10})[\0\t\n\f\r ]{1,4}\d{1,5}[\0\t\n\f\r ]{1,4}$/.exec(bytes.toString('latin1', Math.max(0, at - 25), at));
    if (head === null) {
      at = bytes.indexOf('obj', at + 3);
      continue;
    }
    const reader = new PdfReader(bytes, at + 3);
    const value = reader.value();
    let next = Math.max(reader.at, at + 3);
    if (value !== undefined) {
      const afterValue = reader.next();
      if (isDictionary(value) && isOperator(afterValue) && afterValue.operator === 'stream') {
        const from = reader.at + (bytes[reader.at] === 13 ? (bytes[reader.at + 1] === 10 ? 2 : 1) : bytes[reader.at] === 10 ? 1 : 0);
        const end = endOf(bytes, from, value.get('Length')) ?? (from < noEnd ? bytes.indexOf('endstream', from) : -1);
        if (end === -1) noEnd = Math.min(noEnd, from);
        yield { number: Number(head[1]), value, raw: bytes.subarray(from, end === -1 ? bytes.length : end) };
        next = end === -1 ? from : end;
      } else yield { number: Number(head[1]), value };
    }
    at = bytes.indexOf('obj', next);
  }
}

/** Where a stream ends, if its length says so truly. */
function endOf(bytes: Buffer, from: number, length: PdfValue | undefined): number | undefined {
  if (typeof length !== 'number' || length < 0 || from + length > bytes.length) return undefined;
  return bytes.toString('latin1', from + length, from + length + 12).trimStart().startsWith('endstream') ? from + length : undefined;
}
