/** A stretch of text that says something else than it shows. Offsets are in the text it was found in. */
export interface EncodedText {
  readonly kind: 'run' | 'escapes' | 'joints' | 'quoted' | 'numbers' | 'list' | 'pairs' | 'wide' | 'calls' | 'pieces';
  readonly start: number;
  readonly end: number;
  /** Of `pieces`: where in the stretch each begins. */
  readonly pieces?: readonly number[];
}

/** What a stretch decodes to, and where each decoded byte came from. */
export interface DecodedText {
  readonly bytes: Uint8Array;
  /** Offset in the source of a decoded offset; monotonic, `sourceOf(bytes.length)` is the stretch's end. */
  readonly sourceOf: (offset: number) => number;
}
