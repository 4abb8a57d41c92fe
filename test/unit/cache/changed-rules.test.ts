import fc from 'fast-check';
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openScanCache, type Parted } from '../../../src/cache/index.ts';
import { ruleDigests } from '../../../src/cli/scan-cache.ts';
import { stampOf } from '../../../src/model/index.ts';
import type { Catalogue } from '../../../src/rules/catalogue.ts';
import { mergeRules, readOwnKind } from '../../../src/rules/index.ts';
import { removeFolders, temporaryFolder } from '../sources/build-repository.ts';
import { CATALOGUE, LATER, OWNER, run, token } from './audit-run.ts';

afterAll(removeFolders);

function withRules(kinds: readonly Readonly<Record<string, unknown>>[], disable: readonly string[] = []): Catalogue {
  const rules = kinds.flatMap((kind) => readOwnKind(kind as unknown as Parameters<typeof readOwnKind>[0], {}, () => undefined) ?? []);
  const merged = mergeRules(CATALOGUE, { rules, disable }, (_at, message) => {
    throw new Error(message);
  });
  if (merged === undefined || rules.length < kinds.length) throw new Error('a rule was refused');
  return merged;
}

const ACME = { id: 'acme-key', pattern: 'acme_[A-Za-z0-9]{16}' };
const CATALOGUES: readonly Catalogue[] = [
  CATALOGUE,
  withRules([ACME]),
  withRules([{ ...ACME, pattern: 'acme_[A-Za-z0-9]{12}[0-9]{4}' }]),
  withRules([ACME, { id: 'umbrella-key', pattern: 'umb-[a-f0-9]{24}' }], ['github-pat-classic']),
  withRules([], ['generic-secret', 'generic-password']),
];

const FILES: readonly (readonly [path: string, text: string])[] = [
  ['clean.txt', 'nothing at all\n'],
  ['acme.txt', 'x = acme_k3Jd9PqLmZx8RtVw\n'],
  ['acme-digits.txt', 'x = acme_k3Jd9PqLmZx81234\n'],
  ['umbrella.txt', `y: ${'umb-'}0a1b2c3d4e5f60718293a4b5\n`],
  ['encoded.txt', `${Buffer.from('a longer text with acme_k3Jd9PqLmZx8RtVw inside').toString('base64')}\n`],
  ['both.txt', `token = ${token(1)} acme_k3Jd9PqLmZx8RtVw\n`],
  ['github.txt', `token = ${token(2)}\n`],
  ['secret.txt', `api_secret = "${token(3).slice(4, 24)}"\n`],
];

function makeTree(): string {
  const root = temporaryFolder();
  for (const [path, text] of FILES) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

function partedBy(root: string, stateDir: string, catalogue: Catalogue): Parted {
  const cache = openScanCache({ stateDir, engine: 'test', rules: { id: catalogue.digest, digests: () => ruleDigests(catalogue) }, maxBytes: 1 << 28, startedAt: LATER, now: () => new Date(), onTrouble: () => undefined, roots: [root], ...(OWNER === undefined ? {} : { owner: OWNER }) });
  const paths = FILES.map(([path]) => path);
  const stamps = Float64Array.from(paths.flatMap((path) => stampOf(statSync(join(root, path)))));
  const parted = cache?.part({ kind: 'files', root, log: false, paths, stamps }, { mode: 'tree', includeIgnored: false, archives: true, binaries: true, ignore: [] });
  if (parted === undefined) throw new Error('there is no cache');
  return parted;
}

describe('after a change of the rules', () => {
  it('only new and changed ones are tried on what had no match', async () => {
    const root = makeTree();
    const stateDir = join(temporaryFolder(), 'state');
    await run({ targets: [root], cache: { stateDir } });
    const added = partedBy(root, stateDir, CATALOGUES[1] as Catalogue);
    expect(added.untried?.rules).toEqual(['acme-key']);
    expect(added.untried?.unit).toMatchObject({ paths: expect.arrayContaining(['clean.txt', 'acme.txt', 'umbrella.txt']) as string[] });
    // What had matches is scanned with all rules: the strongest at a place may be another now.
    expect(added.rest).toMatchObject({ paths: expect.arrayContaining(['both.txt', 'github.txt']) as string[] });
    const removed = partedBy(root, stateDir, CATALOGUES[4] as Catalogue);
    expect(removed.untried).toBeUndefined();
    expect(removed.events).not.toEqual([]);
  });

  it('every report is the one that is had without a cache, whichever rules came before', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: CATALOGUES.length - 1 }), { minLength: 3, maxLength: 7 }), async (order) => {
        const root = makeTree();
        const stateDir = join(temporaryFolder(), 'state');
        for (const index of order) {
          const catalogue = CATALOGUES[index] as Catalogue;
          const without = await run({ targets: [root], catalogue });
          const cached = await run({ targets: [root], catalogue, cache: { stateDir } });
          expect(cached.trouble).toEqual([]);
          expect(cached.report).toBe(without.report);
        }
      }),
      { numRuns: 8, seed: 20260302, endOnFailure: true },
    );
  });
});
