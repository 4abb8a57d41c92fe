import type { IssuedPart } from '../../model/index.ts';
import { byteMasker, type ByteMask } from '../../lib/byte-mask.ts';
import { encodedForms } from '../../lib/http/secret-forms.ts';

/** Shorter values cannot be masked without damaging what else is printed. */
export const MIN_MASKED = 8;
/** Lines of a value of several lines (a private key) that are hidden by themselves. */
const MIN_LINE = 16;
const XML: Readonly<Record<string, string>> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot', "'": 'apos' };

/**
 * Makers of masks for what a command prints, one for each stream. The secret parts are hidden as they are, in base64 and
 * base64url (at each offset, so inside longer text, too), hex, percent-, JSON- and XML-encoded and as UTF-16.
 */
export function maskFor(parts: readonly IssuedPart[]): () => ByteMask {
  const forms = parts.filter(({ isSecret }) => isSecret).flatMap(({ value }) => formsOf(value.reveal()));
  return byteMasker(forms, Buffer.from('********'));
}

function formsOf(value: string): readonly Uint8Array[] {
  const lines = value.split(/\r?\n/).filter((line) => line.length >= MIN_LINE);
  const texts = [value, value.trim(), ...(lines.length > 1 ? lines : [])].filter((text) => text !== '');
  return [...new Set(texts)].flatMap((text) => {
    const percent = encodeURIComponent(text.toWellFormed());
    const json = JSON.stringify(text).slice(1, -1);
    const xml = text.replace(/[&<>"']/g, (character) => `&${XML[character] ?? ''};`);
    const all = [text, json, json.replaceAll('/', '\\/'), xml, percent, percent.replace(/%[0-9A-F]{2}/g, (one) => one.toLowerCase()), ...encodedForms(text)];
    return [...[...new Set(all)].map((form) => Buffer.from(form, 'utf8')), Buffer.from(text, 'utf16le'), Buffer.from(text, 'utf16le').swap16()];
  });
}
