import { COMMON_GRAMS } from './common-grams.ts';

import stored from './gram-levels.json' with { type: 'json' };

/** Level of each frequent gram: it stands 2^(level/2) times in a million bytes of ordinary text (`src/build/measure-grams.ts`). */
const LEVELS: ReadonlyMap<string, number> = new Map(
  Object.entries(stored as Readonly<Record<string, string>>).flatMap(([level, grams]) => Array.from({ length: grams.length / 4 }, (_, index) => [grams.slice(index * 4, index * 4 + 4), Number(level)] as const)),
);

/** Offset of the four bytes of `text` that are the rarest in ordinary text; the last of equals, since heads repeat. */
export function rarestGram(text: string): number {
  let best = 0;
  let bestLevel = Number.POSITIVE_INFINITY;
  for (let offset = 0; offset + 4 <= text.length; offset += 1) {
    const level = LEVELS.get(folded(text.slice(offset, offset + 4))) ?? 0;
    if (level <= bestLevel) {
      best = offset;
      bestLevel = level;
    }
  }
  return best;
}

/** As the prefilter folds: bit 5 set in every byte; what that makes of `_` is written `_`. */
function folded(gram: string): string {
  return [...gram].map((character) => String.fromCharCode(character.charCodeAt(0) | 0x20)).join('').replaceAll('\x7f', '_');
}

/** Whether some four bytes of `text` are worth looking for: none of the commonest of source code. */
export function hasRareGram(text: string): boolean {
  return text.length >= 4 && !COMMON_GRAMS.has(text.slice(rarestGram(text)).slice(0, 4).toLowerCase());
}
