import type { ReportingDescriptor } from 'sarif';
import { clip } from '../../lib/columns.ts';
import { printable } from '../../lib/printable.ts';
import { SEVERITIES } from '../../model/index.ts';
import type { Finding, Rule, Severity } from '../../model/index.ts';
import { fit, MAX_TEXT, sentence } from './message.ts';

/** GitHub reads the number of the RULE: above 9 critical, 7–8.9 high, 4–6.9 medium, 0.1–3.9 low. */
const SECURITY_SEVERITY: Readonly<Record<Severity, string>> = { critical: '9.5', high: '8.0', medium: '5.5', low: '2.0' };

export const LEVEL: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = { critical: 'error', high: 'error', medium: 'warning', low: 'note' };

export const LIVE = '/live';

/** Descriptors of exactly the rules that results name, sorted by id. A rule ranks as its worst result in this run, as GitHub shows it for all of them. */
export function descriptorsOf(findings: readonly Finding[]): readonly ReportingDescriptor[] {
  const worst = new Map<string, { readonly rule: Rule; readonly severity: Severity }>();
  for (const { ruleId, severity, credential } of findings) {
    const known = worst.get(ruleId);
    if (known === undefined || SEVERITIES.indexOf(severity) < SEVERITIES.indexOf(known.severity)) worst.set(ruleId, { rule: credential.rule, severity });
  }
  return [...worst].sort(([a], [b]) => (a < b ? -1 : 1)).map(([id, { rule, severity }]) => descriptorOf(id, rule, severity));
}

function descriptorOf(id: string, rule: Rule, severity: Severity): ReportingDescriptor {
  const live = id.endsWith(LIVE);
  const name = printable(rule.name);
  const issuer = printable(rule.issuerName);
  const opens = sentence(printable(rule.opens));
  const revoke = sentence(printable(rule.revokeByHand));
  const references = rule.references.filter((reference) => /^https?:\/\/[^\s<>]+$/.test(reference));
  const [helpUri] = references;
  const what = live
    ? `This ${name} is accepted by its issuer (${issuer}) and breaks policy.`
    : `This ${name} (${issuer}) was found; it is not established that it is live and breaks policy.`;
  return {
    id,
    name: `${pascal(rule.id)}${live ? 'Live' : 'Found'}`,
    shortDescription: { text: fit([live ? `Live ${name} breaks policy` : `${name} found`], 100) },
    fullDescription: { text: fit([what, `It opens: ${opens}`]) },
    help: {
      text: fit([`What it opens: ${opens}`, `How to revoke it: ${revoke}`, references.length === 0 ? '' : `References: ${references.join(' ')}`]),
      markdown: clip([`**What it opens**\n\n${escaped(opens)}`, `**How to revoke it**\n\n${escaped(revoke)}`, ...references.map((reference) => `- <${reference}>`)].join('\n\n'), MAX_TEXT),
    },
    ...(helpUri === undefined ? {} : { helpUri }),
    defaultConfiguration: { level: LEVEL[severity] },
    properties: {
      tags: ['security', 'secret', live ? 'live' : 'unverified', rule.tokenType, `issuer/${printable(rule.issuer)}`, 'external/cwe/cwe-798'],
      precision: rule.confidence,
      'security-severity': SECURITY_SEVERITY[severity],
      'problem.severity': { error: 'error', warning: 'warning', note: 'recommendation' }[LEVEL[severity]],
    },
  };
}

/** Markdown punctuation of our own texts, so that `<id>` in a path to click is shown and not eaten. */
function escaped(text: string): string {
  return text.replace(/[\\`*_[\]<>|]/g, '\\$&');
}

function pascal(id: string): string {
  return id.replace(/(^|[^A-Za-z0-9]+)([A-Za-z0-9]?)/g, (_, _gap, letter: string) => letter.toUpperCase());
}
