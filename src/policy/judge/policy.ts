import { createHash } from 'node:crypto';
import { SEVERITIES, WardenError } from '../../model/index.ts';
import type { Check, Severity } from '../../model/index.ts';
import { canonicalJson } from '../../lib/canonical-json.ts';
import { DURATION_PATTERN, parseDuration } from '../../lib/duration.ts';
import { listOf, nearest } from '../../lib/nearest.ts';
import { PACKS } from '../packs/index.ts';
import type { Pack } from '../packs/index.ts';
import { propertiesOf } from './schema.ts';

/** A check that is on, with its parameters complete. */
export interface PolicyEntry {
  readonly check: Check;
  readonly params: unknown;
  /** Of a violation while the token is active. */
  readonly severity: Severity;
}

export interface Policy {
  /** In registry order; checks that are off are absent. */
  readonly entries: readonly PolicyEntry[];
  /** SHA-256 hex over what is judged and how: equal policies have equal digests, whatever the order they were written in. */
  readonly digest: string;
}

/**
 * Reads `policy:` of a configuration that `policySchema` has accepted (shapes within parameters are its business), adds
 * what the pack and the defaults say, and drops what is off. Throws `WardenError` `POLICY_INVALID` for what would otherwise be judged wrongly in silence.
 */
export function readPolicy(config: unknown, checks: readonly Check[]): Policy {
  const given = asObject(config ?? {}, 'policy');
  const ids = checks.map((check) => check.id);
  for (const id of Object.keys(given)) {
    if (id !== 'pack' && !ids.includes(id)) throw invalid(`policy.${id}: there is no such check`, suggestion(id, [...ids, 'pack']));
  }
  const pack = packOf(given['pack']);
  const entries = checks.flatMap((check) => {
    const entry = readEntry(check, given[check.id], pack.settings[check.id]);
    return entry === undefined ? [] : [entry];
  });
  const judged = entries.map(({ check, params, severity }) => ({ id: check.id, params, severity })).sort((a, b) => (a.id < b.id ? -1 : 1));
  return { entries, digest: createHash('sha256').update(canonicalJson(judged)).digest('hex') };
}

function packOf(given: unknown): Pack {
  if (given === undefined) return PACKS[0];
  const pack = PACKS.find(({ id }) => id === given);
  if (pack === undefined) throw invalid(`policy.pack: there is no such pack`, suggestion(typeof given === 'string' ? given : '', PACKS.map(({ id }) => id)));
  return pack;
}

/** What is given comes before the pack, and the pack before the check's defaults. A check that the pack leaves out is switched on by `true` or any setting. */
function readEntry(check: Check, given: unknown, pack: Pack['settings'][string] | undefined): PolicyEntry | undefined {
  if (given === false || (given === undefined && pack === false)) return undefined;
  const base = pack === false || pack === undefined ? {} : pack;
  const own = given === undefined || given === true ? {} : asObject(given, `policy.${check.id}`);
  const { severity = check.severity, ...params } = { ...base, ...own };
  if (!isSeverity(severity)) throw invalid(`policy.${check.id}.severity: "${String(severity).slice(0, 40)}" is no severity`, suggestion(String(severity), SEVERITIES));
  const known = propertiesOf(check);
  for (const [name, value] of Object.entries(params)) {
    const schema = Object.hasOwn(known, name) ? known[name] : undefined;
    if (schema === undefined) throw invalid(`policy.${check.id}.${name}: there is no such setting`, suggestion(name, [...Object.keys(known), 'severity']));
    if (schema['pattern'] === DURATION_PATTERN) readDuration(value, `policy.${check.id}.${name}`);
  }
  const complete = { ...(check.defaults as object), ...params };
  const complaints = check.complaints?.(complete) ?? [];
  if (complaints.length > 0) throw invalid(complaints.map((complaint) => `policy.${check.id}.${complaint}`).join('\n'));
  return { check, params: complete, severity };
}

function readDuration(value: unknown, where: string): void {
  try {
    parseDuration(typeof value === 'string' ? value : JSON.stringify(value));
  } catch (error) {
    throw invalid(`${where}: ${error instanceof Error ? error.message : 'not a duration'}`);
  }
}

function isSeverity(value: unknown): value is Severity {
  return SEVERITIES.some((severity) => severity === value);
}

function asObject(value: unknown, where: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid(`${where}: expected ${where === 'policy' ? 'checks by name' : 'true, false or settings by name'}`);
  return value as Readonly<Record<string, unknown>>;
}

function suggestion(word: string, known: readonly string[]): string {
  const meant = nearest(word, known);
  return meant === undefined ? `Known: ${listOf(known)}.` : `Did you mean "${meant}"?`;
}

function invalid(message: string, hint?: string): WardenError {
  return new WardenError('POLICY_INVALID', message, hint === undefined ? {} : { hint });
}
