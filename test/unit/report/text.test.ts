import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { CANONICAL, CLEAN } from '../../../fixtures/report/result.ts';
import { displayWidth } from '../../../src/lib/columns.ts';
import type { AuditResult } from '../../../src/model/index.ts';
import { reporter as markdown } from '../../../src/report/markdown.ts';
import { reporter } from '../../../src/report/text.ts';
import { outcomeOf } from '../../../src/report/view/outcome.ts';

const at = (width: number, color = false, result: AuditResult = CANONICAL): string => reporter.render(result, { color, width });
const text = at(80);
/** Lines joined again, to look for sentences wherever they were wrapped. */
const flat = text.replace(/\n +/g, ' ');

describe('the text report of a run that asked nobody', () => {
  const result: AuditResult = {
    ...CANONICAL,
    findings: CANONICAL.findings.map(({ lastKnown: _, ...finding }) => ({ ...finding, verdicts: [{ check: 'stale', verdict: { status: 'undetermined', why: 'nobody was asked' } }], introspection: { status: 'notAttempted', why: 'no-verify', detail: 'asking was switched off', at: finding.introspection.at, method: 'none' } })),
  };
  const lines = reporter.render(result, { color: false, width: 100 });
  it('says so once and not at each finding', () => {
    expect(lines).not.toMatch(/^ {2}(?:issuer|undecided) /m);
    expect(lines.match(/no issuer asked/g)).toHaveLength(1);
    expect(lines).toMatch(/^ {2}do now {5}Treat it as live\. /m);
    expect(lines).not.toContain('To have its issuer asked');
    expect(markdown.render(result, { color: false, width: 100 })).not.toMatch(/\*\*Issuer\*\*|\*\*undetermined\*\*|asking was switched off/);
  });
});

describe('why no finding fails a run', () => {
  it('stands beside the count of findings', () => {
    const dead = CANONICAL.findings.filter(({ introspection }) => introspection.status === 'inactive').map((finding) => ({ ...finding, failing: false }));
    const told = outcomeOf({ ...CANONICAL, findings: dead, coverage: CLEAN.coverage, waiverProblems: [] });
    expect(told).toMatchObject({ exitCode: 0, exitReason: `${dead.length === 1 ? 'the finding does not fail' : `none of the ${dead.length} findings fails`} this run: ${dead.length} dead` });
    const skipped = [{ what: 'a.zip', reason: 'excluded-archive' as const, count: 2 }, { what: 'l', reason: 'symlink' as const, count: 4 }];
    expect(outcomeOf({ ...CLEAN, coverage: { ...CLEAN.coverage, skipped } }).headline).toMatch(/^All clear: .*; left out on purpose: 2 archives, 4 symbolic links$/);
  });
});

describe('the text report', () => {
  it.each([60, 80, 200])('keeps its lines within %i columns', (width) => {
    for (const line of at(width).split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(width);
  });

  it('wraps an identity with very many scopes and loses none of them', () => {
    const [finding] = CANONICAL.findings;
    if (finding?.introspection.status !== 'active') throw new Error('the fixture begins with an active finding');
    const scopes = Array.from({ length: 80 }, (_, index) => `scope:${index}`);
    const crowded = { ...finding, introspection: { ...finding.introspection, facts: { ...finding.introspection.facts, scopes } } };
    const lines = at(80, false, { ...CANONICAL, findings: [crowded] });
    for (const line of lines.split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(80);
    for (const scope of scopes) expect(lines).toContain(scope);
  });

  it('has escape sequences only when colour is wanted, and then the same words', () => {
    expect(text.includes('\u001b')).toBe(false);
    const colored = at(80, true);
    expect(colored).toContain('\u001b[');
    expect(stripVTControlCharacters(colored)).toBe(text);
  });

  it('groups by severity, worst first', () => {
    expect(text.match(/^(CRITICAL|HIGH|MEDIUM|LOW|WAIVED) \(\d\)/gm)).toEqual(['CRITICAL (1)', 'HIGH (2)', 'MEDIUM (2)', 'LOW (1)', 'WAIVED (1)']);
  });

  it.each([
    ['where the token is', 'config/prod.env:12:9'],
    ['how many more places there are', '+2 more places'],
    ['what the issuer said', 'active: the issuer accepts it (api.forge.example, forge:GET /user) at 2026-11-22 07:00 UTC'],
    ['whose it is', 'identity octo-bot'],
    ['that it never expires', 'expires never'],
    ['when it was last used', 'last used 2026-11-22 01:00 UTC (6 h ago)'],
    ['what is violated', 'max-lifetime: issued 325 d ago and never expires; the policy allows 14 d'],
    ['what could not be decided, once for one reason', 'max-lifetime, over-scoped, leaked: the issuer was not asked'],
    ['the remedy', '→ Issue one that expires within 14 d.'],
    ['how to revoke it', 'Settings, Developer settings, Personal access tokens, Delete'],
    ['why an issuer stayed silent', 'unknown: it asked us to slow down'],
    ['what was known before', 'last known: active and breaking policy on 2026-11-15'],
    ['why one was not asked', 'not asked: it exists on many hosts and none was named for it'],
    ['that offline facts are not confirmed', '* read from the token itself, not confirmed'],
    ['what was waived, by whom, until when', 'ana@example.com until 2027-01-31'],
    ['a waiver that is only asked for', 'requested, does not count: the same comment'],
    ['a waiver that came to its end', 'expired: it expired on 2026-11-01. bo@example.com until 2026-11-01: old (baseline)'],
    ['what is not shown', '1 finding of low confidence not shown'],
    ['coverage', 'INCOMPLETE: 1,202 of 1,204 files, 310 blobs, 42 commits, 41.1 MB'],
    ['the gap', 'not scanned: secrets/\\u{1b}]0;owned\\u{7}.kdbx'],
    ['the accepted gap', 'accepted gap: big/video.bin'],
    ['what was left out on purpose', '18,230 ignored, 1 submodule'],
    ['the verification', '1 active, 1 inactive, 1 unknown, 5 not asked; 4 requests to 3 hosts'],
    ['why it exits as it does', '3: coverage is incomplete: 1 gap; besides, 5 findings at or above low fail this run'],
  ])('tells %s', (_, sentence) => {
    expect(flat).toContain(sentence);
  });
});

describe('the end of the text report', () => {
  it('is an all-clear when all was read and nothing found', () => {
    expect(at(80, false, CLEAN)).toMatch(/result +All clear: no findings in 3 files, 1\.2 kB\n +coverage +complete: 3 files/);
  });

  it('is no all-clear when something was not read', () => {
    const blind = at(80, false, { ...CLEAN, coverage: { ...CLEAN.coverage, complete: false, skipped: [{ what: 'x', reason: 'timeout' }] } });
    expect(blind).toContain('This is not an all-clear');
    expect(blind).toMatch(/exit +3: coverage is incomplete: 1 gap/);
  });

  it('is no all-clear when the source says incomplete without naming a gap', () => {
    expect(at(80, false, { ...CLEAN, coverage: { ...CLEAN.coverage, complete: false } })).toContain('not an all-clear');
  });

  it('says so when there was nothing to read', () => {
    const zero = { files: 0, blobs: 0, commits: 0, bytes: 0 };
    expect(at(80, false, { ...CLEAN, coverage: { planned: zero, scanned: zero, skipped: [], complete: true } })).toContain('Nothing was scanned');
  });

  it('mentions what stands behind an all-clear: waived and unsure ones', () => {
    const rest = CANONICAL.findings.filter(({ waiver, credential }) => waiver !== undefined || credential.confidence === 'low');
    expect(at(200, false, { ...CLEAN, findings: rest })).toContain('All clear: no findings in 3 files, 1.2 kB (1 of low confidence not shown, 1 waived)');
  });

  it('says that scan asks nobody', () => {
    expect(at(80, false, { ...CLEAN, run: { ...CLEAN.run, command: 'scan' } })).toContain('no issuer asked: `scan` never does');
  });

  it('exits 1 for findings that fail, 0 for those that do not', () => {
    const complete = { ...CANONICAL, coverage: CLEAN.coverage };
    expect(at(80, false, complete)).toMatch(/exit +1: 5 findings at or above low fail this run/);
    expect(at(80, false, { ...complete, findings: complete.findings.filter(({ failing }) => !failing) })).toMatch(/exit +0: the finding does not fail this run: 1 dead/);
  });
});
