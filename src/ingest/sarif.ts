import type { Fields } from './fields.ts';
import { unmasked, type Report, type Reported, type ReportedPlace } from './reported.ts';

/** CWE-200, 259, 312, 321, 522 and 798 are about credentials; most tools only have words. */
const ABOUT_SECRETS = /secret|credential|passw(?:or)?d|passphrase|token\b|api.?key|private.?key|access.?key|leak|hard-?coded|cwe-0?(?:259|312|321|522|798)\b/i;

/** The runs of a SARIF 2.1.0 log. A result without a quoted text leads to its place only; those that are not about secrets are counted. */
export function readSarif(log: Fields): readonly Report[] {
  return log.objects('runs').map((run) => {
    const driver = run.object('tool').object('driver');
    const rules = driver.objects('rules');
    const about = new Map(rules.map((rule) => [rule.optionalText('id') ?? '', ABOUT_SECRETS.test(JSON.stringify(Object.fromEntries(rule.entries())))]));
    const isScanner = /leaks|trufflehog|kingfisher|secret|gitguardian|noseyparker|whispers|tokenwarden/i.test(driver.text('name'));
    const results: Reported[] = [];
    let others = 0;
    for (const result of run.objects('results')) {
      const rule = result.optionalText('ruleId') ?? result.optionalObject('rule')?.optionalText('id') ?? 'unnamed';
      const message = result.optionalObject('message')?.optionalText('text') ?? '';
      if (isScanner || about.get(rule) === true || ABOUT_SECRETS.test(`${rule} ${message}`)) results.push(...placesOf(result, rule));
      else others += 1;
    }
    return { tool: driver.text('name'), results, others };
  });
}

function placesOf(result: Fields, rule: string): readonly Reported[] {
  const commit = commitOf(result);
  return result.objects('locations').map((location): Reported => {
    const physical = location.optionalObject('physicalLocation');
    const region = physical?.optionalObject('region');
    const uri = physical?.optionalObject('artifactLocation')?.optionalText('uri');
    const quoted = region?.optionalObject('snippet')?.optionalText('text');
    const place: ReportedPlace = {
      ...(uri === undefined ? {} : { path: decoded(uri) }),
      ...position('line', region?.position('startLine')),
      ...position('column', region?.position('startColumn')),
      ...(commit === undefined ? {} : { commit }),
    };
    const { secret } = unmasked(quoted?.trim());
    return { rule, ...(secret === undefined ? {} : { secret, context: quoted ?? secret }), parts: [], place };
  });
}

function position<Name extends 'line' | 'column'>(name: Name, value: number | undefined): { readonly [key in Name]?: number } {
  return (value === undefined ? {} : { [name]: value }) as { readonly [key in Name]?: number };
}

/** gitleaks writes it among the fingerprints. */
function commitOf(result: Fields): string | undefined {
  const [, commit] = result.optionalObject('partialFingerprints')?.entries().find(([name]) => name === 'commitSha') ?? [];
  return typeof commit === 'string' && /^[0-9a-f]{40,64}$/.test(commit) ? commit : undefined;
}

function decoded(uri: string): string {
  try {
    return decodeURIComponent(uri.replace(/^file:\/\//, ''));
  } catch {
    return uri;
  }
}
