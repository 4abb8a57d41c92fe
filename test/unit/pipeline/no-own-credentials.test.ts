import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const SRC = fileURLToPath(new URL('../../../src/', import.meta.url));

/** Every file that a file loads, at its start or later, through relative imports; types alone load nothing. */
function loadedBy(entry: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(entry)) return seen;
  seen.add(entry);
  const text = readFileSync(join(SRC, entry), 'utf8');
  for (const [, from] of text.matchAll(/^(?:import|export)\s+(?!type\b)[^;]*?from\s+'(\.[^']+\.ts)'|import\('(\.[^']+\.ts)'\)/gm)) if (from !== undefined) loadedBy(normalize(join(dirname(entry), from)), seen);
  for (const [, from] of text.matchAll(/import\('(\.[^']+\.ts)'\)/g)) if (from !== undefined) loadedBy(normalize(join(dirname(entry), from)), seen);
  return seen;
}

describe('a scanning worker', () => {
  it('loads nothing that could hold or use our own credentials: no issuers, no response, no settings, no network', () => {
    const loaded = [...loadedBy('scan-worker.ts')];
    expect(loaded.length).toBeGreaterThan(50);
    const forbidden = loaded.filter((path) => /^(?:issuers|respond|settings|cli|assemble|github|inventory|action)\//.test(path) || path === 'lib/http/client.ts' || path === 'lib/http/index.ts');
    expect(forbidden).toEqual([]);
  });

  it('is started with an empty environment, as a thread would get a copy of ours', () => {
    const starts = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts')).flatMap((path) => [...readFileSync(join(SRC, path), 'utf8').matchAll(/new Worker\((.*)\);/g)].map(([, options]) => options ?? ''));
    expect(starts.length).toBeGreaterThan(0);
    for (const options of starts) expect(options).toMatch(/\benv: \{\}/);
  });
});
