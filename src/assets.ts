/** Where built files lie, seen from the bundle in `dist/` and from the sources alike. */
const base = import.meta.url.endsWith('.ts') ? new URL('../dist/', import.meta.url) : new URL('./', import.meta.url);

export const ASSETS = {
  catalogue: new URL('catalogue.json', base),
  /** Prefilter tables of that catalogue; see `src/detect/engine/tables.ts`. */
  tables: new URL('tables.json', base),
  prefilter: new URL('prefilter.wasm', base),
  worker: new URL('worker.js', base),
} as const;
