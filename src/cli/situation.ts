import type { AuditOutcome } from '../audit.ts';
import { nameMatcher } from '../lib/glob.ts';
import type { Action, Finding } from '../model/index.ts';
import type { Situation } from '../respond/index.ts';
import type { Settings } from '../settings/index.ts';

/** Whether the world can read what was scanned; undefined where nobody says. */
export function isPublic({ result }: AuditOutcome, { values, respond }: Pick<Settings, 'values' | 'respond'>): boolean | undefined {
  if (values.visibility !== undefined) return values.visibility === 'public';
  const url = URL.parse(result.run.repository?.url ?? '');
  if (url === null) return undefined;
  const name = `${url.host}${url.pathname}`.replace(/\.git$/, '').toLowerCase();
  return respond.public.some((pattern) => nameMatcher(pattern.toLowerCase())(name)) ? true : undefined;
}

/** What the rules of `respond:` are told of an action. */
export function situationOf(action: Action, finding: Finding, open: boolean | undefined): Situation {
  return {
    action,
    issuer: finding.credential.issuer,
    severity: finding.severity,
    leaked: finding.verdicts.some(({ check, verdict }) => check === 'leaked' && verdict.status === 'violation'),
    active: finding.introspection.status === 'active',
    public: open,
  };
}
