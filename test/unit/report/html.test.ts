import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { manyFindings } from '../../../fixtures/report/many.ts';
import { CANONICAL, CLEAN } from '../../../fixtures/report/result.ts';
import { generate } from '../../../src/build/generators/report-page.ts';
import { pageDataOf, scriptSafeJson } from '../../../src/report/html/data.ts';
import { html, raw } from '../../../src/report/html/markup.ts';
import { STILL_ROWS } from '../../../src/report/html/still.ts';
import { reporter } from '../../../src/report/html.ts';

const OPTIONS = { color: false, width: 80 };
const page = reporter.render(CANONICAL, OPTIONS);
const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1] ?? '';

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

describe('the page', () => {
  it('allows nothing but its own script and style, by hash', () => {
    const script = [.../** only the script that runs */ page.matchAll(/<script>([^]*?)<\/script>/g)].map((match) => match[1] ?? '');
    const style = [...page.matchAll(/<style>([^]*?)<\/style>/g)].map((match) => match[1] ?? '');
    expect([script.length, style.length]).toEqual([1, 1]);
    expect(policy).toBe(`default-src 'none'; script-src ${hashOf(script[0] ?? '')}; style-src ${hashOf(style[0] ?? '')}; base-uri 'none'; form-action 'none'`);
  });

  it('loads nothing, has no inline handler and no inline style', () => {
    const markup = page.replace(/<script[^]*?<\/script>/g, '').replace(/<style>[^]*?<\/style>/g, '');
    expect(markup).not.toMatch(/<[^>]*\s(?:src|href|srcset|action|style|on[a-z]+)\s*=\s*"(?!#)/i);
    expect(/<style>([^]*?)<\/style>/.exec(page)?.[1]).not.toMatch(/url\(|@import/);
  });

  it('lets no hostile name become markup', () => {
    expect(page).not.toContain('<script>alert');
    expect(page.match(/<script/g)?.length).toBe(2);
    expect(page).toContain('&#60;script&#62;alert(1)');
  });

  it('has a table of the first findings for readers without scripts', () => {
    const table = /<table>[^]*<\/table>/.exec(page)?.[0] ?? '';
    for (const { credential, id } of CANONICAL.findings.filter(({ credential: { confidence } }) => confidence !== 'low')) {
      expect(table).toContain(credential.secret.masked);
      expect(table).toContain(id.slice(0, 12));
    }
    const many = reporter.render(manyFindings(1_000), OPTIONS);
    expect(many.match(/<tr class=/g)?.length).toBe(STILL_ROWS);
    expect(many).toMatch(/The first 200 of [\d,]+ findings; the rest needs JavaScript/);
  });

  it('links the alert of a finding, and only by http', () => {
    const [first, ...rest] = CANONICAL.findings;
    if (first === undefined) throw new Error('the canonical result has findings');
    const shown = (url: string): string => reporter.render({ ...CANONICAL, findings: [{ ...first, alert: { url } }, ...rest] }, OPTIONS);
    expect(shown('https://github.example/o/r/security/code-scanning/1')).toContain('"https://github.example/o/r/security/code-scanning/1"');
    expect(shown('javascript:alert(7)')).not.toContain('javascript:alert(7)');
  });

  it('runs no script at all when there is nothing to list', () => {
    const clean = reporter.render(CLEAN, OPTIONS);
    expect(clean).not.toContain('<script');
    expect(clean).toContain('All clear: no findings in 3 files');
  });

  it('shows coverage, hosts without a usable answer and gaps', () => {
    for (const part of ['Incomplete', '1,202 of 1,204 files', '1 gap', 'secrets/\\u{1b}]0;owned', '1 accepted gap', '4 requests to 3 hosts', '1 host gave no usable answer', '18,230 ignored']) expect(page).toContain(part);
  });

  it('stays small with many findings, each string standing once', () => {
    const { strings, rows } = pageDataOf(manyFindings(5_000));
    expect(rows.length).toBe(5_000);
    expect(new Set(strings).size).toBe(strings.length);
    expect(reporter.render(manyFindings(5_000), OPTIONS).length).toBeLessThan(2_500_000);
  });
});

describe('what carries foreign text', () => {
  it('JSON in a script ends no element and means the same', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('<', '/', 'script', '>', '!--', '-->', '&', '\u2028', '"', '\\', 'a') }), (text) => {
        const json = scriptSafeJson([text]);
        expect(json).not.toMatch(/[<>&\u2028\u2029]/);
        expect(JSON.parse(json)).toEqual([text]);
      }),
      { seed: 7 },
    );
  });

  it('a template escapes every hole that is not markup', () => {
    expect(html`<p title="${'"><b>\''}">${'<&>'}${raw('<i>')}${[html`<u>${1}</u>`]}</p>`.markup).toBe('<p title="&#34;&#62;&#60;b&#62;&#39;">&#60;&#38;&#62;<i><u>1</u></p>');
  });
});

it('the generated script and style are those of the client folder', async () => {
  const root = fileURLToPath(new URL('../../../', import.meta.url));
  const [file] = await generate(root);
  expect(file?.content).toBe(readFileSync(`${root}${file?.path ?? ''}`, 'utf8'));
});
