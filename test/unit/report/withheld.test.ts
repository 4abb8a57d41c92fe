import { describe, expect, it } from 'vitest';
import { CANONICAL } from '../../../fixtures/report/result.ts';
import { marksOf, redacted, withheld } from '../../../src/report/index.ts';
import { REPORTERS } from '../../../src/report/registry.ts';
import type { AuditResult, Finding } from '../../../src/model/index.ts';

const OPTIONS = { color: false, width: 100 };
const visible = (result: AuditResult): string => [...REPORTERS.filter(({ format }) => format === 'text' || format === 'markdown').map((reporter) => reporter.render(result, OPTIONS)), JSON.stringify(marksOf(redacted(result)))].join('\n');

describe('what the public sees of a result', () => {
  const shown = visible(withheld(CANONICAL));

  it('has every finding with its place', () => {
    for (const { id } of CANONICAL.findings.filter(({ credential }) => credential.confidence === 'high')) expect(shown).toContain(id.slice(0, 12));
  });

  it('says nothing of whether one works, what it may do and for whom', () => {
    const told = CANONICAL.findings.flatMap(({ introspection, credential: { facts } }) => [
      ...(introspection.status === 'active' ? [introspection.facts.sub, introspection.facts.clientId, introspection.facts.tokenId, introspection.facts.name, ...(introspection.facts.scopes ?? [])] : []),
      facts?.subject,
      facts?.clientId,
      ...(facts?.scopes ?? []),
    ]).filter((text): text is string => text !== undefined && text.length > 3);
    expect(told.length).toBeGreaterThan(3);
    for (const text of told) expect(shown.split(/[^\w:@./-]+/)).not.toContain(text);
    expect(shown).not.toMatch(/\b(?:is active|is inactive|accepts it|last known|violated|undetermined|\/live)\b/);
  });

  it('is the same for a live token, a dead one and one that nobody knows of', () => {
    const [one] = CANONICAL.findings;
    if (one === undefined) throw new Error('the canonical result has findings');
    const at = new Date('2026-11-22T00:00:00Z');
    const { lastKnown: _, ...plain } = one;
    const variants: readonly Finding[] = [
      { ...plain, introspection: { status: 'active', facts: { sub: 'robot' }, at, method: 'm', host: 'h' }, severity: 'critical', ruleId: `${one.credential.rule.id}/live`, failing: true },
      { ...plain, introspection: { status: 'inactive', reason: 'revoked', at, method: 'm' }, severity: 'low', ruleId: one.credential.rule.id, failing: false, verdicts: [] },
      { ...plain, introspection: { status: 'unknown', why: 'timeout', detail: '', at, method: 'm' }, severity: 'high', ruleId: one.credential.rule.id, failing: true, lastKnown: { status: 'active', violating: true, at } },
    ];
    // How the whole run ended is told, and nothing beside it.
    const [live, dead, unknown] = variants.map((finding) => visible(withheld({ ...CANONICAL, findings: [finding] })).replaceAll(/^.*(?:\*\*Exit\*\*|^ {2}exit).*$/gm, ''));
    expect(dead).toBe(live);
    expect(unknown).toBe(live);
  });
});
