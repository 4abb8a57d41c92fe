/** A part of a whole in percent, with one decimal. */
export const percent = (part: number, whole: number): string => (whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`);

/** Head and style of a table that can be pasted into a text. */
export function plainTable(...head: readonly string[]): { readonly head: string[]; readonly style: { readonly head: string[]; readonly border: string[] } } {
  return { head: [...head], style: { head: [], border: [] } };
}
