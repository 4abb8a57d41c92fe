import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { manyFindings } from '../../../fixtures/report/many.ts';
import { CANONICAL } from '../../../fixtures/report/result.ts';
import type { AuditResult } from '../../../src/model/index.ts';
import { reporter } from '../../../src/report/html.ts';

const run = promisify(execFile);
const chromium = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path));

/** The page as a browser leaves it after its script ran, and what the console said. */
async function opened(folder: string, result: AuditResult, hash = ''): Promise<{ readonly dom: string; readonly log: string }> {
  const file = join(folder, 'page.html');
  writeFileSync(file, reporter.render(result, { color: false, width: 80 }));
  const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--enable-logging=stderr', `--user-data-dir=${join(folder, 'profile')}`, '--window-size=1300,900', '--virtual-time-budget=4000'];
  const { stdout, stderr } = await run(chromium ?? '', [...flags, '--dump-dom', `file://${file}${hash}`], { timeout: 90_000, maxBuffer: 256 * 1024 * 1024 });
  return { dom: stdout, log: stderr.split('\n').filter((line) => line.includes('CONSOLE')).join('\n') };
}

describe.skipIf(chromium === undefined)('the page in Chromium, where it is installed', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tokenwarden-page-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('runs under its policy without a word on the console, lists and selects', async () => {
    const { dom, log } = await opened(folder, CANONICAL);
    expect(log).toBe('');
    expect(dom).toContain('data-ready="8"');
    expect(dom.match(/role="option"/g)?.length).toBe(6);
    expect(dom).toContain('6 of 8 shown');
    expect(dom.match(/aria-selected="true"/g)?.length).toBe(1);
    expect(dom).toMatch(/<h2 id="detail-title">Forge personal access token<\/h2>/);
  }, 100_000);

  it('opens at the finding that its address names', async () => {
    const unknown = CANONICAL.findings.find(({ introspection }) => introspection.status === 'unknown');
    const { dom } = await opened(folder, CANONICAL, `#${unknown?.id ?? ''}`);
    expect(dom).toMatch(/<h2 id="detail-title">Company SSO access token<\/h2>/);
  }, 100_000);

  it('holds only the rows in view of 50,000', async () => {
    const { dom, log } = await opened(folder, manyFindings(50_000));
    expect(log).toBe('');
    expect(dom).toContain('data-ready="50000"');
    expect(dom.match(/role="option"/g)?.length).toBeLessThan(40);
  }, 100_000);
});
