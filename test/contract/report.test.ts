import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CANONICAL, CLEAN } from '../../fixtures/report/result.ts';
import { plantedSecrets } from '../../fixtures/report/secrets.ts';
import type { AuditResult } from '../../src/model/index.ts';
import { REPORTERS } from '../../src/report/registry.ts';

const OPTIONS = { color: false, width: 100 };
const GOLDEN = new URL('../../fixtures/report/golden/', import.meta.url);
const update = process.env['UPDATE_GOLDEN'] === '1';

/** Nothing found, but one thing was not read. */
const BLIND: AuditResult = { ...CLEAN, coverage: { ...CLEAN.coverage, skipped: [{ what: 'locked.env', reason: 'unreadable' }], complete: false } };

it('all five formats are registered', () => {
  expect(REPORTERS.map(({ format }) => format)).toEqual(['html', 'json', 'markdown', 'sarif', 'text']);
});

describe.each(REPORTERS.map((reporter) => [reporter.format, reporter] as const))('%s', (format, reporter) => {
  const text = reporter.render(CANONICAL, OPTIONS);

  it('renders the canonical result as its golden file shows', () => {
    const file = new URL(`result.${format}`, GOLDEN);
    if (update) {
      mkdirSync(GOLDEN, { recursive: true });
      writeFileSync(file, text);
    }
    expect(text === readFileSync(file, 'utf8') ? 'same bytes' : text).toBe('same bytes');
  });

  it('gives the same bytes for an equal result', () => {
    expect(reporter.render({ ...CANONICAL }, OPTIONS) === text).toBe(true);
  });

  it('says what it is', () => {
    expect(reporter.description.length).toBeGreaterThan(10);
  });

  it('holds no planted secret, plain, base64, hex or percent-encoded', () => {
    const forms = plantedSecrets().flatMap((value) => {
      const bytes = Buffer.from(value);
      return [value, bytes.toString('base64'), bytes.toString('base64').replace(/=+$/, ''), bytes.toString('base64url'), bytes.toString('hex'), encodeURIComponent(value)];
    });
    expect(forms.length).toBeGreaterThan(50);
    expect(forms.filter((form) => text.includes(form)).length).toBe(0);
  });

  it('holds no eight consecutive characters of the random part of a planted secret', () => {
    const pieces = plantedSecrets().flatMap((value) => Array.from({ length: value.length - 12 }, (_, index) => value.slice(index + 4, index + 12)));
    expect(pieces.length).toBeGreaterThan(100);
    expect(pieces.filter((piece) => text.includes(piece)).length).toBe(0);
  });

  it('holds no raw control, bidi or invisible character of a hostile name', () => {
    expect(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/.test(text)).toBe(false);
  });

  it('tells a scan that saw less apart from one that saw all', () => {
    const blind = reporter.render(BLIND, OPTIONS);
    expect(blind).toMatch(/incomplete|"complete": false|"executionSuccessful": false/i);
    expect(blind).toContain('locked.env');
    expect(blind).not.toMatch(/all clear/i);
    expect(reporter.render(CLEAN, OPTIONS)).not.toMatch(/INCOMPLETE|"complete": false|"executionSuccessful": false/);
  });

  it('names the gap and the accepted gap', () => {
    expect(text).toContain('.kdbx');
    expect(text).toContain('big/video.bin');
    expect(text).toContain('ana@');
  });

  it('survives a result with nothing in it', () => {
    const empty: AuditResult = { ...CLEAN, coverage: { planned: zero, scanned: zero, skipped: [], complete: true } };
    expect(reporter.render(empty, OPTIONS)).not.toMatch(/all clear/i);
  });
});

const zero = { files: 0, blobs: 0, commits: 0, bytes: 0 };
