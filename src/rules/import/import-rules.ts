import { nearest } from '../../lib/nearest.ts';
import { WardenError } from '../../model/index.ts';
import { loadLinearEngine } from '../pattern/linear-engine.ts';
import { importGitleaks } from './gitleaks.ts';
import type { Imported } from './imported.ts';
import { importKingfisher, importNoseyParker } from './yaml-rules.ts';

const FORMATS = { gitleaks: importGitleaks, betterleaks: importGitleaks, kingfisher: importKingfisher, noseyparker: importNoseyParker } as const;

/**
 * Rules of another scanner as own rules. `taken` are the ids of built-in rules. Throws `IMPORT_FORMAT_UNKNOWN`, and `IMPORT_UNREADABLE`
 * where the text is not of that format at all. What single rules lose is told in the result.
 */
export async function importRules(format: string, text: string, taken: ReadonlySet<string>): Promise<Imported> {
  const read = Object.entries(FORMATS).find(([name]) => name === format)?.[1];
  if (read === undefined) {
    const meant = nearest(format, Object.keys(FORMATS));
    throw new WardenError('IMPORT_FORMAT_UNKNOWN', `rules can be imported from ${Object.keys(FORMATS).join(', ')}`, { hint: meant === undefined ? 'name one of them with --from' : `did you mean --from ${meant}?` });
  }
  await loadLinearEngine();
  const imported = read(text, taken);
  if (imported.rules.length === 0) throw new WardenError('IMPORT_UNREADABLE', 'the file holds no rules', { hint: `rules of ${format} stand under ${format === 'gitleaks' || format === 'betterleaks' ? '[[rules]]' : '`rules:`'}` });
  return imported;
}
