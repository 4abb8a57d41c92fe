import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HOSTILE_PATH } from '../../../fixtures/report/findings.ts';
import { manyFindings } from '../../../fixtures/report/many.ts';
import { CANONICAL, CLEAN } from '../../../fixtures/report/result.ts';
import type { AuditResult } from '../../../src/model/index.ts';
import { code, html, prose } from '../../../src/report/markdown/escape.ts';
import { MAX_BYTES, reporter } from '../../../src/report/markdown.ts';

const OPTIONS = { color: false, width: 80 };
const text = reporter.render(CANONICAL, OPTIONS);
const rows = text.split('\n').filter((line) => line.startsWith('| '));

/** What CommonMark §6.1 shows of a code span: the content between equal fences, one padding space stripped. */
function shownBy(span: string): string | undefined {
  const fence = /^`+/.exec(span)?.[0] ?? '';
  const inner = span.slice(fence.length, -fence.length);
  if (fence === '' || !span.endsWith(fence) || (inner.match(/`+/g) ?? []).some((run) => run.length === fence.length)) return undefined;
  return /^ .*[^ ].* $/.test(inner) ? inner.slice(1, -1) : inner;
}

describe('a code span', () => {
  it('shows exactly the name, whatever backticks it holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('`', '``', ' ', 'a', '<', '\\', '@', ']('), minLength: 1 }), (name) => {
        fc.pre(name.trim() !== '');
        expect(shownBy(code(name))).toBe(name);
      }),
      { seed: 7 },
    );
  });

  it('ends no table cell and starts no line', () => {
    expect(code('a|b\nc')).toBe('`a\\u{7c}b\\nc`');
  });

  it('shows a name of blanks as a blank', () => {
    expect([code(' '), code('')]).toEqual(['`␠`', '']);
  });
});

describe('prose', () => {
  it.each([
    ['markup', '<img src=x onerror=1>&', '&lt;img src=x onerror=1&gt;&amp;'],
    ['links and emphasis', '[x](y) *z* _w_', '\\[x\\]\\(y\\) \\*z\\* \\_w\\_'],
    ['mentions', 'ask @admin', 'ask @<!-- -->admin'],
    ['issue references', 'see #12', 'see #<!-- -->12'],
    ['bare addresses', 'https://evil.example and www.evil.example', 'https:<!-- -->//evil.example and www.<!-- -->evil.example'],
    ['a heading or a list at the start', '# x', '\\# x'],
    ['a table', 'a | b', 'a \\| b'],
    ['a code span', '`x`', '\\`x\\`'],
  ])('neutralises %s', (_, foreign, expected) => {
    expect(prose(foreign)).toBe(expected);
  });

  it('never lets an angle bracket through but its own empty comment', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('<', '>', '&', '"', '@', 'a', '!', '-', ' ') }), (foreign) => {
        for (const escaped of [prose(foreign), html(foreign)]) expect(escaped.replaceAll('<!-- -->', '')).not.toMatch(/[<>"]/);
      }),
      { seed: 7 },
    );
  });
});

describe('the markdown report', () => {
  it('has one row per finding and each row has five cells', () => {
    const shown = CANONICAL.findings.filter(({ credential }) => credential.confidence !== 'low');
    expect(rows.length).toBe(shown.length + 2);
    for (const row of rows) expect(row.split('|').length).toBe(7);
  });

  it('holds no HTML but its own folds', () => {
    const outsideCode = text.replace(/(`+)(?:(?!\1).)*?[^`]\1(?!`)/g, '');
    expect([...new Set(outsideCode.match(/<[^>]*>/g))].sort()).toEqual(['<!-- -->', '</code>', '</details>', '</summary>', '<code>', '<details>', '<summary>']);
  });

  it('shows the hostile path visibly and whole', () => {
    expect(text).toContain('\\u{202e}txt.exe\\u{1b}[2J');
    expect(text).not.toContain(HOSTILE_PATH);
  });

  it('marks waived findings in the table', () => {
    expect(rows.filter((row) => row.includes('high, waived')).length).toBe(1);
  });

  it('stays under 1 MiB and says how much it leaves out', () => {
    const big = reporter.render(manyFindings(20_000), OPTIONS);
    expect(Buffer.byteLength(big)).toBeLessThanOrEqual(MAX_BYTES);
    expect(Buffer.byteLength(big)).toBeGreaterThan(MAX_BYTES / 2);
    expect(big).toMatch(/\*\*[\d,]+ findings (not in this table|without details here): the page would be over 1 MiB\.\*\*/);
    expect(big).toContain('**Coverage** INCOMPLETE');
  }, 60_000);

  it('stays under 1 MiB when the coverage is what is long', () => {
    const skipped = Array.from({ length: 5_000 }, (_, index) => ({ what: `${'d/'.repeat(400)}${index}`, reason: 'unreadable' as const }));
    const blind: AuditResult = { ...CLEAN, coverage: { ...CLEAN.coverage, complete: false, skipped } };
    const page = reporter.render(blind, OPTIONS);
    expect(Buffer.byteLength(page)).toBeLessThanOrEqual(MAX_BYTES);
    expect(page).toContain('and 4,980 more gaps');
  });

  it('is an all-clear with coverage when nothing is found', () => {
    expect(reporter.render(CLEAN, OPTIONS)).toMatch(/^## tokenwarden: All clear: no findings in 3 files, 1\.2 kB/);
  });
});
