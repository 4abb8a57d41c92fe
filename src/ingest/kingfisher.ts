import { isObject, type Fields } from './fields.ts';
import { unmasked, type Reported } from './reported.ts';

/** Kingfisher 2, `--format json` (in `findings`) and `--format jsonl` (a line each). Its columns begin at 0. */
export function readKingfisher(entry: Fields): Reported {
  const finding = entry.object('finding');
  const git = finding.optionalObject('git_metadata');
  const { secret } = unmasked(finding.optionalText('snippet'));
  const [line, column] = [finding.position('line'), finding.position('column_start')];
  const commit = git?.optionalObject('commit')?.optionalText('id');
  const captures = finding.optionalObject('dependent_captures')?.entries() ?? [];
  return {
    rule: entry.object('rule').text('id'),
    ...(secret === undefined ? {} : { secret }),
    parts: captures.flatMap(([name, value]) => (typeof value === 'string' && unmasked(value).secret !== undefined ? [{ name, value }] : [])),
    place: { path: git?.optionalObject('file')?.optionalText('path') ?? finding.text('path'), ...(line === undefined ? {} : { line }), ...(column === undefined ? {} : { column: column + 1 }), ...(commit === undefined ? {} : { commit }) },
  };
}

/** What Kingfisher writes beside findings: its account of repositories, and its summary. */
export function isKingfisherSummary(value: unknown): boolean {
  return isObject(value) && (isObject(value['kingfisher']) || (isObject(value['audit']) && String(value['audit']['schema']).startsWith('kingfisher.')));
}
