/** A string holds 512 MiB, and a place takes about 350 bytes, half of it without indentation. */
const INDENTED_PLACES = 250_000;
const MAX_PLACES = 1_500_000;

/** How a report of findings with so many places each is written, so that it stays one string. Each finding may keep at least 100 places. */
export function layoutOf(places: readonly number[]): { readonly indent: 0 | 2; readonly maxPlaces: number } {
  const total = places.reduce((sum, count) => sum + count, 0);
  return {
    indent: total > INDENTED_PLACES ? 0 : 2,
    maxPlaces: total > MAX_PLACES ? Math.max(100, Math.floor(MAX_PLACES / places.length)) : Infinity,
  };
}
