import { WardenError } from '../../model/index.ts';
import type { ActiveFacts, TokenUse, Introspection, OfflineFacts } from '../../model/index.ts';
import { listOf, nearest } from '../../lib/nearest.ts';
import { printable } from '../../lib/printable.ts';
import type { Told } from '../view/told.ts';
import { SCHEMA_VERSION } from './document.ts';
import type { Json, ReportDocument, ReportedFinding, ReportedRule } from './document.ts';

/**
 * Reads a JSON report back. Throws `WardenError`: `REPORT_NOT_JSON`, `REPORT_WRONG_KIND` (SARIF, or something else),
 * `REPORT_WRONG_VERSION`, `REPORT_INVALID` (names the place). No message repeats the file's content.
 */
export async function readReport(text: string): Promise<ReportDocument> {
  const value = parse(text.replace(/^\ufeff/, ''));
  refuseOtherKinds(value);
  // By its default export: a CommonJS module that is bundled and loaded late has no other.
  const [{ default: ajv }, { REPORT_SCHEMA }] = await Promise.all([import('ajv/dist/2020.js'), import('./schema.ts')]);
  const validate = new ajv.Ajv2020({ strict: true }).compile<ReportDocument>(REPORT_SCHEMA);
  if (!validate(value)) {
    const [error] = validate.errors ?? [];
    const place = error === undefined || error.instancePath === '' ? 'at the top' : `at ${printable(error.instancePath)}`;
    throw new WardenError('REPORT_INVALID', `this report does not follow its schema ${place}: ${error?.message ?? 'unknown reason'}`, {
      hint: 'it was changed or cut after it was written; run the audit again with --report json=FILE',
    });
  }
  return value;
}

/** The finding that a person names by its id or the beginning of it (at least 4 digits). Throws `FINDING_UNKNOWN` or `FINDING_AMBIGUOUS`. */
export function findFinding(report: ReportDocument, id: string): ReportedFinding {
  const wanted = id.trim().toLowerCase();
  const hits = wanted.length < 4 ? [] : report.findings.filter((finding) => finding.id.startsWith(wanted));
  const [hit] = hits;
  if (hit !== undefined && hits.length === 1) return hit;
  const ids = report.findings.map((finding) => finding.id.slice(0, 12));
  if (hits.length > 1) {
    throw new WardenError('FINDING_AMBIGUOUS', `${hits.length} findings begin with ${printable(id)}: ${listOf(hits.map((finding) => finding.id))}`, { hint: 'give more of the id' });
  }
  const near = nearest(wanted, [...ids, ...report.findings.map((finding) => finding.id)]);
  const known = ids.length === 0 ? 'the report has no findings' : `the report has ${listOf(ids)}`;
  throw new WardenError('FINDING_UNKNOWN', `no finding has the id ${printable(id)}`, { hint: near === undefined ? known : `did you mean ${near}?` });
}

/** A reported finding in the shape that the views take, dates as dates again. */
export function toldOf(report: ReportDocument, finding: ReportedFinding): Told {
  const { id, ruleId, severity, failing, verdicts, waiver, idleWaiver, removed, alert, lastKnown, credential } = finding;
  const { facts, companions, ...rest } = credential;
  const at = new Date(report.run.introspectedAt[id] ?? report.run.startedAt);
  return {
    id,
    ruleId,
    severity,
    failing,
    verdicts,
    ...(waiver === undefined ? {} : { waiver }),
    ...(idleWaiver === undefined ? {} : { idleWaiver }),
    ...(removed === undefined ? {} : { removed }),
    ...(alert === undefined ? {} : { alert }),
    ...(lastKnown === undefined ? {} : { lastKnown: { ...lastKnown, at: new Date(lastKnown.at) } }),
    introspection: answered(finding.introspection, at),
    credential: {
      ...rest,
      rule: report.rules.find((rule) => rule.id === credential.rule) ?? unknownRule(credential.rule),
      confidence: finding.confidence,
      secret: { masked: finding.masked },
      companions: companions.map(({ name, masked }) => ({ name, secret: { masked } })),
      occurrences: finding.locations,
      ...(facts === undefined ? {} : { facts: revive<OfflineFacts>(facts, ['issuedAt', 'expiresAt']) }),
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const position = /position (\d+)/.exec(String(error))?.[1];
    const line = position === undefined ? '' : ` (line ${text.slice(0, Number(position)).split('\n').length})`;
    const what = text.trim() === '' ? 'this file is empty' : `this file is not JSON${line}`;
    throw new WardenError('REPORT_NOT_JSON', `${what}; a JSON report of tokenwarden was expected`, { hint: 'write one with --report json=FILE' });
  }
}

function refuseOtherKinds(value: unknown): void {
  const fields = typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  const hint = 'write one with --report json=FILE';
  if (Array.isArray(fields['runs'])) throw new WardenError('REPORT_WRONG_KIND', 'this file is SARIF; the JSON report of the same run was expected', { hint });
  const tool = fields['tool'];
  const name = typeof tool === 'object' && tool !== null ? (tool as Readonly<Record<string, unknown>>)['name'] : undefined;
  if (name !== 'tokenwarden') throw new WardenError('REPORT_WRONG_KIND', 'this JSON is not a report of tokenwarden', { hint });
  const version = fields['schemaVersion'];
  if (version !== SCHEMA_VERSION) {
    const newer = typeof version === 'number' && version > SCHEMA_VERSION;
    throw new WardenError('REPORT_WRONG_VERSION', `this report has schemaVersion ${typeof version === 'number' ? version : 'missing'}, this tokenwarden reads ${SCHEMA_VERSION}`, {
      hint: newer ? 'it was written by a newer tokenwarden: update this one' : hint,
    });
  }
}

function answered(introspection: ReportedFinding['introspection'], at: Date): Introspection {
  if (introspection.status !== 'active') return { ...introspection, at };
  const { uses, ...facts } = introspection.facts;
  const revived = revive<ActiveFacts>(facts, ['iat', 'exp', 'lastUsedAt']);
  return { ...introspection, facts: uses === undefined ? revived : { ...revived, uses: uses.map((use) => revive<TokenUse>(use, ['at'])) }, at };
}

/** Turns the named fields from RFC 3339 text to dates again; `never` stays. The schema has checked the rest. */
function revive<T extends object>(value: Json<T>, dates: readonly string[]): T {
  const entries = Object.entries(value).map(([key, field]) => [key, dates.includes(key) && typeof field === 'string' && field !== 'never' ? new Date(field) : field] as const);
  return Object.fromEntries(entries) as T;
}

function unknownRule(id: string): ReportedRule {
  const none = 'the report does not say';
  return { id, issuer: none, issuerName: none, name: id, tokenType: 'api-key', lifetime: 'static', confidence: 'low', opens: none, revokeByHand: none, references: [] };
}
