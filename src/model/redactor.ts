/** Characters by which a form is looked up first; every form is longer. */
const HEAD = 8;
/** Then by as many as the form has, up to the last: tokens of one kind may begin with the same forty. */
const LENGTHS = [HEAD, 16, 32, 64, 128, 256] as const;
/** Bits of the filter for each form: it rejects nearly every position without a look-up, as secrets in paths are rare. */
const BITS_A_FORM = 16;

/**
 * See `Secret.redactor`. Forms are held as hashes and made again where one may stand: a hundred thousand secrets have half a
 * million. Of those that fit at a place the longest counts, then the one that was given first.
 */
export function redactorOf<Masked extends { readonly masked: string }>(secrets: readonly Masked[], plain: (secret: Masked) => string): (text: string) => string {
  const index = new FormIndex(secrets, plain);
  return index.isEmpty ? (text) => text : (text) => index.redact(text);
}

class FormIndex<Masked extends { readonly masked: string }> {
  readonly #secrets: readonly Masked[];
  readonly #plain: (secret: Masked) => string;
  /** One bit for the hash of each head. */
  readonly #filter: Uint8Array;
  readonly #filterMask: number;
  /** Bit n: there are forms of `LENGTHS[n]`. */
  #lengths = 0;
  /** By slot of a form's hash the number of an entry plus one, and from each entry the next. */
  readonly #slots: Int32Array;
  readonly #next: number[] = [];
  readonly #hashes: number[] = [];
  /** Index of the secret, and of the form among its forms. */
  readonly #owners: number[] = [];
  readonly #forms: number[] = [];

  constructor(secrets: readonly Masked[], plain: (secret: Masked) => string) {
    this.#secrets = secrets;
    this.#plain = plain;
    const size = 1 << Math.min(24, Math.max(10, Math.ceil(Math.log2(secrets.length * 5 + 1))));
    this.#filter = new Uint8Array((size * BITS_A_FORM) >> 3);
    this.#filterMask = size * BITS_A_FORM - 1;
    this.#slots = new Int32Array(size);
    const seen = new Set<string>();
    for (const [owner, secret] of secrets.entries()) {
      const value = plain(secret);
      if (seen.has(value)) continue;
      seen.add(value);
      const forms = formsOf(value);
      for (const [number, form] of forms.entries()) if (forms.indexOf(form) === number) this.#add(form, owner, number);
    }
  }

  get isEmpty(): boolean {
    return this.#owners.length === 0;
  }

  redact(text: string): string {
    let out = '';
    let from = 0;
    for (let at = 0; at + HEAD <= text.length; at += 1) {
      const head = hashOf(text, at, at + HEAD, 0);
      const bit = head & this.#filterMask;
      if (((this.#filter[bit >>> 3] ?? 0) & (1 << (bit & 7))) === 0) continue;
      const hit = this.#longestAt(text, at, head);
      if (hit === undefined) continue;
      out += text.slice(from, at) + hit.masked;
      at += hit.length - 1;
      from = at + 1;
    }
    return from === 0 ? text : out + text.slice(from);
  }

  #add(form: string, owner: number, number: number): void {
    let hash = 0;
    let done = 0;
    let last = 0;
    for (let step = 0; step < LENGTHS.length && (LENGTHS[step] ?? 0) <= form.length; step += 1) {
      const length = LENGTHS[step] ?? HEAD;
      hash = hashOf(form, done, length, hash);
      done = length;
      last = step;
      if (step > 0) continue;
      const bit = hash & this.#filterMask;
      this.#filter[bit >>> 3] = (this.#filter[bit >>> 3] ?? 0) | (1 << (bit & 7));
    }
    this.#lengths |= 1 << last;
    const slot = slotOf(hash, last) & (this.#slots.length - 1);
    this.#next.push(this.#slots[slot] ?? 0);
    this.#hashes.push(hash);
    this.#owners.push(owner);
    this.#forms.push(number);
    this.#slots[slot] = this.#owners.length;
  }

  #longestAt(text: string, at: number, head: number): { readonly length: number; readonly masked: string } | undefined {
    let best: { readonly length: number; readonly owner: number } | undefined;
    let hash = head;
    let done = HEAD;
    for (let step = 0; step < LENGTHS.length; step += 1) {
      const length = LENGTHS[step] ?? HEAD;
      if (at + length > text.length || this.#lengths >>> step === 0) break;
      hash = hashOf(text, at + done, at + length, hash);
      done = length;
      if (step === 0) hash = head;
      if ((this.#lengths & (1 << step)) === 0) continue;
      for (let entry = this.#slots[slotOf(hash, step) & (this.#slots.length - 1)] ?? 0; entry !== 0; entry = this.#next[entry - 1] ?? 0) {
        if (this.#hashes[entry - 1] !== hash) continue;
        const owner = this.#owners[entry - 1] ?? 0;
        const form = this.#formOf(owner, this.#forms[entry - 1] ?? 0);
        if (best !== undefined && (form.length < best.length || (form.length === best.length && owner > best.owner))) continue;
        if (text.startsWith(form, at)) best = { length: form.length, owner };
      }
    }
    return best === undefined ? undefined : { length: best.length, masked: this.#secrets[best.owner]?.masked ?? '********' };
  }

  #formOf(owner: number, number: number): string {
    const secret = this.#secrets[owner];
    const value = secret === undefined ? '' : this.#plain(secret);
    return number === 0 ? value : (formsOf(value)[number] ?? '');
  }
}

/** Of the characters [from, to), going on with the hash of those before. */
function hashOf(text: string, from: number, to: number, before: number): number {
  let hash = before;
  for (let index = from; index < to; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x5bd1e995);
    hash ^= hash >>> 15;
  }
  return hash;
}

function slotOf(hash: number, step: number): number {
  return Math.imul(hash + step, 0x9e3779b1) >>> 7;
}

/** The value itself comes first. Those of one value are told apart by their place in the list. */
function formsOf(value: string): readonly string[] {
  if (value.length < HEAD || (value.length < 2 * HEAD && !/\d/.test(value))) return [];
  const bytes = Buffer.from(value, 'utf8');
  const forms = [value, bytes.toString('base64url'), bytes.toString('base64').replace(/=+$/, ''), bytes.toString('hex'), encodeURIComponent(value.replace(/\p{Surrogate}/gu, '\ufffd'))];
  return value.includes('\n') ? [...forms, ...value.split('\n').filter((line) => line.length >= 4 * HEAD)] : forms;
}
