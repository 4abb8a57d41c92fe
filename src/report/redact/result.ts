import { Secret } from '../../model/index.ts';
import type { AuditResult, Finding } from '../../model/index.ts';

const done = new WeakMap<AuditResult, AuditResult>();

/**
 * The same result with every string that came from outside (paths, hosts, what issuers said, features, targets) free of
 * every secret of its findings. A file can be named after the token in it, an issuer can echo what it was asked:
 * the mask stands there instead. Rules are our own text and stay. Remembered per result, as each reporter asks.
 */
export function redacted(result: AuditResult): AuditResult {
  const known = done.get(result);
  if (known !== undefined) return known;
  const { around, finding } = redactedInPieces(result);
  const safe: AuditResult = { ...around, findings: result.findings.map(finding) };
  done.set(result, safe);
  done.set(safe, safe);
  return safe;
}

interface Pieces {
  readonly around: AuditResult;
  readonly finding: (finding: Finding) => Finding;
}

const pieces = new WeakMap<AuditResult, Pieces>();

/** As `redacted`, for whoever has no use for all findings at once: the result without them, and each of them when it is asked for. */
export function redactedInPieces(result: AuditResult): Pieces {
  if (done.get(result) === result) return { around: { ...result, findings: [] }, finding: (finding) => finding };
  const before = pieces.get(result);
  if (before !== undefined) return before;
  const all = cleaner(Secret.redactor(secretsOf(result.findings)));
  const clean = all.deep;
  const around: AuditResult = {
    ...result,
    run: clean(result.run),
    coverage: clean(result.coverage),
    verification: clean(result.verification),
    ...(result.waiverProblems === undefined ? {} : { waiverProblems: clean(result.waiverProblems) }),
    findings: [],
    ...(result.tree?.fallback === undefined ? {} : { tree: { ...result.tree, fallback: clean(result.tree.fallback) } }),
  };
  const made: Pieces = { around, finding: (finding) => redactFinding(finding, all) };
  pieces.set(result, made);
  return made;
}

interface Cleaner {
  readonly deep: <T>(value: T) => T;
  /** The same for a list whose items stand in other lists, too: each is looked at once. */
  readonly each: <T>(values: readonly T[]) => readonly T[];
}


function redactFinding(finding: Finding, { deep: clean, each }: Cleaner): Finding {
  const { credential } = finding;
  return {
    ...finding,
    introspection: clean(finding.introspection),
    verdicts: each(finding.verdicts),
    ...(finding.waiver === undefined ? {} : { waiver: clean(finding.waiver) }),
    ...(finding.idleWaiver === undefined ? {} : { idleWaiver: clean(finding.idleWaiver) }),
    credential: {
      ...credential,
      ...(credential.facts === undefined ? {} : { facts: clean(credential.facts) }),
      features: clean(credential.features),
      hosts: clean(credential.hosts),
      occurrences: clean(credential.occurrences),
      companions: credential.companions.map((companion) =>
        companion.location === undefined ? companion : { ...companion, location: clean(companion.location) },
      ),
    },
  };
}

function* secretsOf(findings: readonly Finding[]): Iterable<Secret> {
  for (const { credential } of findings) {
    yield credential.secret;
    for (const companion of credential.companions) yield companion.secret;
  }
}

const MAX_KNOWN = 10_000;

/** Deep over plain data; dates, sets and secrets pass as they are, and what does not change is not copied. */
function cleaner(redactOne: (text: string) => string): Cleaner {
  /** The same few sentences stand in thousands of findings. */
  const known = new Map<string, string>();
  const redact = (text: string): string => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const after = redactOne(text);
    if (known.size < MAX_KNOWN) known.set(text, after);
    return after;
  };
  const walk = (value: unknown): unknown => {
    if (typeof value === 'string') return redact(value);
    if (Array.isArray(value)) {
      const items: readonly unknown[] = value;
      const first = items.findIndex((item) => walk(item) !== item);
      return first === -1 ? items : items.map(walk);
    }
    if (typeof value !== 'object' || value === null || !isPlain(value)) return value;
    const fields = value as Readonly<Record<string, unknown>>;
    for (const key in fields) {
      if (redact(key) !== key || walk(fields[key]) !== fields[key]) return Object.fromEntries(Object.entries(fields).map(([name, item]) => [redact(name), walk(item)]));
    }
    return fields;
  };
  const cleanObjects = new Set<unknown>();
  const walkOnce = (value: unknown): unknown => {
    if (cleanObjects.has(value)) return value;
    const after = walk(value);
    if (after === value && cleanObjects.size < MAX_KNOWN) cleanObjects.add(value);
    return after;
  };
  return {
    deep: <T>(value: T): T => walk(value) as T,
    each: <T>(values: readonly T[]): readonly T[] => {
      const first = values.findIndex((value) => walkOnce(value) !== value);
      return first === -1 ? values : values.map((value) => walkOnce(value) as T);
    },
  };
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
