/** A string holds 512 MiB, and a place takes about 350 bytes, half of it without indentation. */
const INDENTED_PLACES = 250_000;
const MAX_PLACES = 1_500_000;
/** Two dozen verdicts on each finding take 4 KiB: beyond so many findings only those that claim something are named. */
const FULLY_JUDGED = 20_000;
/** So that most of the bytes are not spaces. */
const INDENTED_FINDINGS = 5000;

/** How a report of findings with so many places each is written, so that it stays one string. Each finding may keep at least 100 places. `claimsOnly`: verdicts that are open or do not apply are only counted. */
export function layoutOf(places: readonly number[]): { readonly indent: 0 | 2; readonly maxPlaces: number; readonly claimsOnly: boolean } {
  const total = places.reduce((sum, count) => sum + count, 0);
  return {
    indent: total > INDENTED_PLACES || places.length > INDENTED_FINDINGS ? 0 : 2,
    claimsOnly: places.length > FULLY_JUDGED,
    maxPlaces: total > MAX_PLACES ? Math.max(100, Math.floor(MAX_PLACES / places.length)) : Infinity,
  };
}
