import type { Fields } from './fields.ts';
import { unmasked, type Reported } from './reported.ts';

/** gitleaks 8, `--report-format json`: a list of these. */
export function readGitleaks(finding: Fields): Reported {
  const { secret } = unmasked(finding.optionalText('Secret'));
  const context = finding.optionalText('Match');
  const [line, column, commit] = [finding.position('StartLine'), finding.position('StartColumn'), finding.optionalText('Commit')];
  return {
    rule: finding.text('RuleID'),
    ...(secret === undefined ? {} : { secret }),
    ...(secret !== undefined && context !== undefined && context.includes(secret) ? { context } : {}),
    parts: [],
    place: { path: finding.text('File'), ...(line === undefined ? {} : { line }), ...(column === undefined ? {} : { column }), ...(commit === undefined || commit === '' ? {} : { commit }) },
  };
}

/** betterleaks 2, whose report has a head and a findings list. */
export function readBetterleaks(finding: Fields): Reported {
  const match = finding.object('match');
  const location = finding.object('location');
  const attributes = finding.optionalObject('attributes');
  const { secret } = unmasked(match.optionalText('value'));
  const context = match.optionalText('full');
  const [line, column, commit, path] = [location.position('start_line'), location.position('start_column'), attributes?.optionalText('git.sha'), location.optionalText('path')];
  const parts = finding.objects('component_sets').flatMap((set) => set.objects('components')).flatMap((part) => {
    const { secret: value } = unmasked(part.object('match').optionalText('value'));
    return value === undefined ? [] : [{ name: part.text('rule_id'), value }];
  });
  return {
    rule: finding.text('rule_id'),
    ...(secret === undefined ? {} : { secret }),
    ...(secret !== undefined && context !== undefined && context.includes(secret) ? { context } : {}),
    parts,
    place: { ...(path === undefined ? {} : { path }), ...(line === undefined ? {} : { line }), ...(column === undefined ? {} : { column }), ...(commit === undefined ? {} : { commit }) },
  };
}
