/** Where built files lie, seen from the bundle in `dist/` and from the sources alike. */
const base = import.meta.url.endsWith('.ts') ? new URL('../dist/', import.meta.url) : new URL('./', import.meta.url);

export const ASSETS = {
  /** See `src/rules/stored-catalogue.ts`. */
  catalogue: new URL('catalogue.jsonl', base),
  /** Tables of that catalogue, in the form of `src/detect/engine/stored-tables.ts`. */
  tables: new URL('tables.bin', base),
  /** What those were made of, for tables of other rules. */
  anchors: new URL('anchors.json', base),
  prefilter: new URL('prefilter.wasm', base),
  worker: new URL('thread.cjs', base),
  /** SHA-256 (hex) of the code that scans, for caches; see `src/build/build.ts`. */
  engine: new URL('engine.sha256', base),
} as const;
