import type { IssuedPart } from '../../model/index.ts';
import { byteMasker, type ByteMask, type HiddenForm } from '../../lib/byte-mask.ts';
import { encodedForms } from '../../lib/http/secret-forms.ts';

/** Shorter values cannot be masked without damaging what else is printed. */
export const MIN_MASKED = 8;
/** So much of a secret's beginning is hidden like the whole: half of it, and never less than this. */
const MIN_PART = 12;
/** Characters that may be cut off its beginning (`${TOKEN#prefix_}`). */
const MAX_CUT = 8;
/** Lines of a value of several lines (a private key) that are hidden by themselves. */
const MIN_LINE = 16;
const XML: Readonly<Record<string, string>> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot', "'": 'apos' };

/**
 * Makers of masks for what a command prints, one for each stream. The secret parts are hidden as they are, in base64 and
 * base64url (at each offset, so inside longer text, too; also twice), hex, percent-, JSON- and XML-encoded, as UTF-16 and backwards; the first half
 * or more of it, and what is left when a few characters are cut off its beginning, like the whole.
 */
export function maskFor(parts: readonly IssuedPart[]): () => ByteMask {
  const forms = parts.filter(({ isSecret }) => isSecret).flatMap(({ value }) => formsOf(value.reveal()));
  return byteMasker(forms, Buffer.from('********'));
}

function formsOf(value: string): readonly HiddenForm[] {
  const lines = value.split(/\r?\n/).filter((line) => line.length >= MIN_LINE);
  const texts = [value, value.trim(), ...(lines.length > 1 ? lines : [])].filter((text) => text !== '');
  return [...new Set(texts)].flatMap((text) => {
    const percent = encodeURIComponent(text.toWellFormed());
    const json = JSON.stringify(text).slice(1, -1);
    const xml = text.replace(/[&<>"']/g, (character) => `&${XML[character] ?? ''};`);
    const all = [text, json, json.replaceAll('/', '\\/'), xml, percent, percent.replace(/%[0-9A-F]{2}/g, (one) => one.toLowerCase()), ...encodedForms(text)];
    const twice = Buffer.from(Buffer.from(text, 'utf8').toString('base64'), 'utf8').toString('base64').replace(/=+$/, '');
    const cut = Array.from({ length: MAX_CUT + 1 }, (_, length) => text.slice(length)).filter((rest) => rest.length >= MIN_PART);
    return [
      ...[...new Set([...all, twice])].map((form) => ({ bytes: Buffer.from(form, 'utf8') })),
      ...[...cut, [...text].reverse().join('')].map((form) => ({ bytes: Buffer.from(form, 'utf8'), least: Math.max(MIN_PART, Math.ceil(text.length / 2)) })),
      { bytes: Buffer.from(text, 'utf16le') },
      { bytes: Buffer.from(text, 'utf16le').swap16() },
    ];
  });
}
