import { join } from 'node:path';
import { loadCatalogue } from './catalogue.ts';

/** The catalogue of `<root>/rules` as the JSON text of `dist/catalogue.json`: `{rules, digest}` in the shape of `Catalogue`. */
export async function compileCatalogue(root: string): Promise<{ readonly json: string }> {
  return { json: JSON.stringify(await loadCatalogue(join(root, 'rules'))) };
}
