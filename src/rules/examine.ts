import type { Confidence, OfflineFacts, Role, Rule } from '../model/index.ts';
import type { CompiledRule } from './compiled-rule.ts';
import { documentedSample } from './documented-samples.ts';
import { entropyOf } from './entropy.ts';
import { placeholderReason } from './placeholder.ts';
import type { CandidateText, Judgement } from './validator.ts';
import { CONTEXT_BYTES } from './validator.ts';

/** A match that stood every test of its rule. Offsets are in the examined text, end exclusive. */
export interface RuleMatch {
  readonly rule: Rule;
  readonly start: number;
  readonly end: number;
  readonly value: string;
  readonly confidence: Confidence;
  /** `log` is for the caller to say. */
  readonly role: Exclude<Role, 'log'>;
  readonly facts?: OfflineFacts;
  /** Shannon bits per character of the value × its length. */
  readonly entropyBits: number;
  readonly features: Readonly<Record<string, string>>;
}

/** Either a match, or why the candidate is none. Reasons never hold the value. */
export type Examination = { readonly match: RuleMatch } | { readonly dropped: string };

/**
 * Everything after the regular expression: placeholder, entropy, checksum, validator, facts. `text` is latin1 and holds
 * at least `CONTEXT_BYTES` around the value or the file's edge; nothing farther away changes the result.
 */
export function examine(compiled: CompiledRule, text: string, found: RegExpExecArray): Examination {
  const { rule } = compiled;
  const [start, end] = spanOf(found);
  const candidate = new Candidate(text, start, end, found);
  const { value } = candidate;
  const judgement = compiled.validator?.judge(candidate);
  if (judgement?.keep === false) return new Dropped(judgement);
  const kept = judgement?.value ?? value;
  const shift = judgement?.value === undefined ? 0 : Math.max(0, value.indexOf(judgement.value));
  if (compiled.validator === undefined) {
    const reason = placeholderReason(kept.startsWith(rule.publicPrefix) ? kept.slice(rule.publicPrefix.length) : kept);
    if (reason !== undefined) return { dropped: `placeholder: ${reason}` };
  }
  if (ASSET.test(candidate.after)) return { dropped: 'the name of a built file' };
  const sample = documentedSample(kept);
  if (sample !== undefined) return { dropped: `documented sample: ${sample}` };
  const exception = compiled.exception?.(kept);
  if (exception !== undefined) return { dropped: `excepted: ${exception}` };
  const entropy = entropyOf(kept);
  if (rule.minEntropy !== undefined && entropy < rule.minEntropy) return { dropped: `entropy ${entropy.toFixed(2)} below ${rule.minEntropy}` };
  if (compiled.checksum?.check(kept) === 'invalid') return { dropped: 'checksum: wrong' };
  const facts = judgement?.facts ?? compiled.facts?.read(kept);
  return {
    match: {
      rule,
      start: start + shift,
      end: start + shift + kept.length,
      value: kept,
      confidence: judgement?.confidence ?? rule.confidence,
      role: judgement?.role ?? roleOf(candidate.before),
      ...(facts === undefined ? {} : { facts }),
      entropyBits: entropy * kept.length,
      features: isCut(compiled, text, found.index, start + shift + kept.length) ? { ...featuresOf(compiled, judgement), mask: CUT_BY_MASK } : featuresOf(compiled, judgement),
    },
  };
}

/** The feature `mask` of a value that `***` follows at once, if a longer one would be of the kind as well: its end may be under the mask. */
const CUT_BY_MASK = 'its end may be under ***';

function isCut({ checksum, expression }: CompiledRule, text: string, from: number, end: number): boolean {
  if (checksum !== undefined || !text.startsWith('***', end)) return false;
  // Whoever called goes on with the expression where it is.
  const { lastIndex } = expression;
  expression.lastIndex = from;
  const longer = expression.exec(`${text.slice(0, end)}${text.charAt(end - 1)} `);
  expression.lastIndex = lastIndex;
  return longer !== null && longer.index === from && spanOf(longer)[1] > end;
}

/** Bundlers put a hash into the names of what they build, and a short prefix before it is a word of somebody's. */
const ASSET = /^(?:[-.][\w-]{1,20})?\.(?:[cm]?js|css|map|png|jpe?g|gif|svg|webp|avif|ico|woff2?|ttf|eot|wasm|mp4)(?![\w-])/i;

/** Group `secret`, else the first group that took part, else all. */
function spanOf(found: RegExpExecArray): readonly [number, number] {
  const indices = found.indices;
  return indices?.groups?.['secret'] ?? indices?.[1] ?? indices?.[0] ?? [found.index, found.index + found[0].length];
}

/** Cuts out of the text what a validator asks for: most drop a candidate for its name or value alone. */
class Candidate implements CandidateText {
  readonly value: string;
  readonly #text: string;
  readonly #start: number;
  readonly #end: number;
  readonly #found: RegExpExecArray;
  #before: string | undefined;

  constructor(text: string, start: number, end: number, found: RegExpExecArray) {
    this.value = text.slice(start, end);
    this.#text = text;
    this.#start = start;
    this.#end = end;
    this.#found = found;
  }

  get before(): string {
    return (this.#before ??= this.#text.slice(Math.max(0, this.#start - CONTEXT_BYTES), this.#start));
  }

  get after(): string {
    return this.#text.slice(this.#end, this.#end + CONTEXT_BYTES);
  }

  get line(): string {
    const { before } = this;
    const rest = this.#text.slice(this.#start, this.#end + CONTEXT_BYTES);
    const end = rest.indexOf('\n');
    return before.slice(before.lastIndexOf('\n') + 1) + (end === -1 ? rest : rest.slice(0, end));
  }

  /** Those that took no part are undefined. */
  get groups(): Readonly<Record<string, string>> {
    return this.#found.groups ?? NO_GROUPS;
  }
}

const NO_GROUPS: Readonly<Record<string, string>> = {};

/** Says why only when somebody asks: a scan does not. */
class Dropped {
  readonly #judgement: Judgement;

  constructor(judgement: Judgement) {
    this.#judgement = judgement;
  }

  get dropped(): string {
    return Object.entries(this.#judgement.features)
      .map(([name, is]) => `${name}: ${is}`)
      .join(', ');
  }
}

function featuresOf({ checksum }: CompiledRule, judgement: Judgement | undefined): Readonly<Record<string, string>> {
  return { ...(checksum === undefined ? {} : { checksum: 'valid' }), ...judgement?.features };
}

/** Whether the value stands in a URL, after a name, or just in text. */
export function roleOf(before: string): 'url' | 'assignment' | 'text' {
  const line = before.slice(before.lastIndexOf('\n') + 1);
  if (/[a-z][a-z0-9+.-]{1,20}:\/\/[^\s"'<>`]{0,200}$/i.test(line)) return 'url';
  return /[\w\])"'](?:\s{0,8}(?::|=|=>|:=)\s{0,8})["'`]?$/.test(line) ? 'assignment' : 'text';
}
