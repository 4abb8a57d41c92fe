import { encodedForms } from '../lib/http/secret-forms.ts';
import { maskRuns } from '../lib/mask-runs.ts';
import type { SourceOptions } from '../model/index.ts';
import { scanUnit } from '../scan-worker.ts';

const MASK = '********';
/** Characters that continue an encoded text. */
const ENCODED = /[A-Za-z0-9+/_=%-]/;
const AS_IT_IS: SourceOptions = { mode: 'tree', includeIgnored: false, archives: false, binaries: true, ignore: [] };

/**
 * A message for people without the secrets that it quotes: whatever the engine finds in it, as it stands and in every form
 * it may be encoded in, and what only reads like a token. Throws if the engine cannot be loaded.
 */
export async function maskSecrets(text: string): Promise<string> {
  const { matches, secrets } = await scanUnit({ unit: { kind: 'bytes', origin: { kind: 'stdin' }, bytes: new TextEncoder().encode(text) }, options: AS_IT_IS });
  const slices = matches.flatMap(({ secret, companions }) => [secret, ...companions.map((companion) => companion.secret)]);
  const values = new Set(slices.map(({ offset, length }) => Buffer.from(secrets.buffer, secrets.byteOffset + offset, length).toString('utf8')));
  let masked = text;
  for (const value of [...values].filter((one) => one !== '').sort((a, b) => b.length - a.length)) {
    masked = masked.replaceAll(value, MASK);
    for (const form of encodedForms(value)) masked = maskRunAround(masked, form);
  }
  return maskRuns(masked);
}

/** An encoded secret goes with the whole encoded text: bits of it stand in the characters beside it. */
function maskRunAround(text: string, form: string): string {
  let masked = text;
  for (let at = masked.indexOf(form); at !== -1; at = masked.indexOf(form, at + MASK.length)) {
    let end = at + form.length;
    while (at > 0 && ENCODED.test(masked.charAt(at - 1))) at -= 1;
    while (end < masked.length && ENCODED.test(masked.charAt(end))) end += 1;
    masked = masked.slice(0, at) + MASK + masked.slice(end);
  }
  return masked;
}
