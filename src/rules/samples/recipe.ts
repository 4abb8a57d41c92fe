import type { SeededRandom } from '../seeded-random.ts';
import { CHECKSUMS } from '../checksums/registry.ts';
import { SEGMENTS } from './segments.ts';

/**
 * Writes a recipe out. Grammar:
 *
 *     recipe  := ( text | "<<" | "<" name [ ":" argument ] ">" )*
 *
 * Text stands for itself and `<<` for `<`. A name is a segment of `segments.ts` (`<base62:30>`, `<hex:64>`, `<base64:109-269>`,
 * `<uuid>`, `<jwt:{"exp":1}>`, `<pem:rsa>`) or a checksum of `../checksums/` (`<github-crc32>`), which completes what is
 * written so far. Throws an Error that names the part it does not know.
 */
export function writeRecipe(recipe: string, random: SeededRandom): string {
  let written = '';
  for (const part of recipe.match(/<<|<[^<>]*>|[^<]+|</g) ?? []) {
    if (part === '<<') written += '<';
    else if (part === '<') throw new Error('recipe has a "<" without ">"; a literal "<" is written "<<"');
    else if (part.startsWith('<')) written += segment(part.slice(1, -1), written, random);
    else written += part;
  }
  return written;
}

function segment(text: string, written: string, random: SeededRandom): string {
  const colon = text.indexOf(':');
  const name = colon === -1 ? text : text.slice(0, colon);
  const argument = colon === -1 ? '' : text.slice(colon + 1);
  const checksum = colon === -1 ? CHECKSUMS.get(name) : undefined;
  if (checksum !== undefined) return checksum.make(written);
  const make = SEGMENTS[name];
  if (make !== undefined) return make(argument, random);
  throw new Error(`recipe has <${name}>, which is neither a segment (${Object.keys(SEGMENTS).join(', ')}) nor a checksum (${[...CHECKSUMS.keys()].join(', ')})`);
}
