import { gunzipSync } from 'node:zlib';

/** The parts of SARIF that GitHub's intake looks at. */
export interface IntakeLog {
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly name: string; readonly rules?: readonly { readonly id: string; readonly shortDescription?: { readonly text: string }; readonly fullDescription?: { readonly text: string }; readonly help?: { readonly text: string }; readonly properties?: { readonly tags?: readonly string[] } }[] } };
    readonly automationDetails?: { readonly id?: string };
    readonly results?: readonly {
      readonly ruleId: string;
      readonly message: { readonly text: string };
      readonly locations?: readonly { readonly physicalLocation?: { readonly artifactLocation?: { readonly uri?: string }; readonly region?: { readonly startLine?: number } } }[];
      readonly partialFingerprints?: Readonly<Record<string, string>>;
    }[];
  }[];
}

const MAX_GZIP = 10 * 1024 * 1024;

/**
 * What GitHub's intake would refuse, by its documentation (limits of SARIF support, July 2025's "one run for each tool and
 * category"). Empty: it is taken.
 */
export function intakeProblems(base64: string): { readonly log: IntakeLog | undefined; readonly problems: readonly string[] } {
  const zipped = Buffer.from(base64, 'base64');
  if (zipped.length > MAX_GZIP) return { log: undefined, problems: ['SARIF file is too large'] };
  let log: IntakeLog;
  try {
    log = JSON.parse(gunzipSync(zipped).toString('utf8')) as IntakeLog;
  } catch {
    return { log: undefined, problems: ['could not convert the sarif file'] };
  }
  const problems: string[] = [];
  const categories = new Set<string>();
  if (log.runs.length > 20) problems.push('too many runs');
  for (const { tool, automationDetails, results = [] } of log.runs) {
    const { name, rules = [] } = tool.driver;
    const category = categoryOf(automationDetails?.id);
    const key = `${name} ${category}`;
    if (categories.has(key)) problems.push(`multiple runs of one category: ${key}`);
    categories.add(key);
    if (results.length > 25_000) problems.push('too many results');
    if (rules.length > 25_000) problems.push('too many rules');
    for (const rule of rules) {
      if ((rule.properties?.tags ?? []).length > 20) problems.push(`too many tags: ${rule.id}`);
      for (const text of [rule.shortDescription?.text, rule.fullDescription?.text, rule.help?.text]) if (text === undefined || text === '') problems.push(`a text of ${rule.id} is missing`);
    }
    const known = new Set(rules.map(({ id }) => id));
    for (const result of results) {
      if (!known.has(result.ruleId)) problems.push(`no rule ${result.ruleId}`);
      if (result.message.text === '') problems.push('a message is empty');
      const places = result.locations ?? [];
      if (places.length === 0) problems.push('locationFromSarifResult: expected at least one location');
      if (places.length > 1_000) problems.push('too many locations');
      const uri = places[0]?.physicalLocation?.artifactLocation?.uri;
      if (uri === undefined || uri === '' || /^(?:\/|\.\.|[a-z]+:)/.test(uri)) problems.push(`the path "${uri ?? ''}" lies outside of the checkout`);
      if (result.partialFingerprints?.primaryLocationLineHash === undefined) problems.push('a result has no primaryLocationLineHash');
    }
  }
  return { log, problems };
}

/** `category/run` → `category`; without a slash at its end the whole is a run's id only. */
export function categoryOf(id: string | undefined): string {
  return id === undefined || !id.includes('/') ? '' : id.slice(0, id.lastIndexOf('/'));
}
