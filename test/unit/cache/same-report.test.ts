import fc from 'fast-check';
import { linkSync, mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { BuiltRepository, removeFolders, temporaryFolder } from '../sources/build-repository.ts';
import { buildZip } from '../sources/build-zip.ts';
import { run, token } from './audit-run.ts';

afterAll(removeFolders);

const LINE = 'The quick brown fox jumps over the lazy dog.\n';
/** Contents of every kind that coverage or the engine treats in its own way. */
const CONTENTS: readonly ((number: number) => string | Uint8Array)[] = [
  () => '',
  (number) => `${LINE.repeat(number % 7)}plain ${number}\n`,
  (number) => `${LINE.repeat(number % 50)}token = ${token(number % 5)}\n`,
  (number) => `é😀 "${token(number % 5)}" and again ${token((number + 1) % 5)}\r\n`,
  (number) => `AWS_ACCESS_KEY_ID=${token(number % 3, 'aws-access-key-id')}\n`,
  (number) => `aws_secret_access_key = ${token(number % 3, 'aws-access-key')}\n`,
  (number) => Buffer.from(`\ufefftoken = ${token(number % 5)}\n`, 'utf16le'),
  (number) => `data: ${Buffer.from(`token = ${token(number % 5)} and more text around it`).toString('base64')}\n`,
  (number) => buildZip([{ name: 'inner.txt', content: `token = ${token(number % 5)}` }]),
  (number) => buildZip([{ name: `clean${number % 3}.txt`, content: LINE }]),
  (number) => gzipSync(`${LINE}${number % 3 === 0 ? token(number % 5) : ''}`),
  (number) => Buffer.concat([Buffer.from([0, 1, 2, 0, number % 256]), Buffer.from(number % 2 === 0 ? `x ${token(number % 5)} ` : 'nothing'), Buffer.alloc(64)]),
  (number) => `version https://git-lfs.github.com/spec/v1\noid sha256:${'ab'.repeat(32)}\nsize ${1000 + number}\n`,
  (number) => Buffer.concat([Buffer.from([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]), Buffer.alloc(40, number)]),
  (number) => `password = "${['hunter', 'Tr0ub4dor', 'Xk9'].join(String(number % 4))}"\n`,
];
const PATHS: readonly string[] = ['a.txt', 'b.txt', 'cloud/id.env', 'cloud/key.env', 'cloud/both.env', 'deep/er/c.json', `named-${token(9)}.txt`, 'logo.bin'];

type Edit =
  | { readonly kind: 'write' | 'append'; readonly path: number; readonly content: number; readonly number: number }
  | { readonly kind: 'delete' | 'touch'; readonly path: number }
  | { readonly kind: 'move' | 'link' | 'swap'; readonly path: number; readonly to: number };

const path = fc.nat({ max: PATHS.length - 1 });
const edit: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constantFrom('write' as const, 'append' as const), path, content: fc.nat({ max: CONTENTS.length - 1 }), number: fc.nat({ max: 99 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('delete' as const, 'touch' as const), path }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('move' as const, 'link' as const, 'swap' as const), path, to: path }) },
);

function apply(root: string, one: Edit): void {
  const at = (index: number): string => join(root, PATHS[index] ?? '');
  const from = at(one.path);
  mkdirSync(dirname(from), { recursive: true });
  try {
    switch (one.kind) {
      case 'write':
      case 'append':
        writeFileSync(from, CONTENTS[one.content]?.(one.number) ?? '', { flag: one.kind === 'write' ? 'w' : 'a' });
        return;
      case 'delete':
        rmSync(from);
        return;
      case 'touch':
        // A time that anybody may set, set back: it must not make the file look old.
        utimesSync(from, 1_000_000_000, 1_000_000_000);
        return;
      default: {
        const to = at(one.to);
        mkdirSync(dirname(to), { recursive: true });
        if (one.kind === 'link') linkSync(from, to);
        else if (one.kind === 'move') renameSync(from, to);
        else {
          renameSync(from, `${root}/swap`);
          renameSync(to, from);
          renameSync(`${root}/swap`, to);
        }
      }
    }
  } catch (error) {
    // Not there, or there already.
    if (!['ENOENT', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

/** Longer than a tick of the file system's clock: what a run has read is never changed within the tick. */
const tick = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 15));

const options = fc.record({ archives: fc.boolean(), binaries: fc.boolean() });

describe('a report is the same byte for byte with a cold cache, a warm one and none', () => {
  it('over edits of a folder, of a work tree and of its history', { timeout: 240_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(edit, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 4 }), options, fc.constantFrom('folder', 'tree', 'history', 'range'), async (rounds, source, kind) => {
        const root = join(temporaryFolder(), 'target');
        const stateDir = join(temporaryFolder(), 'state');
        const repository = kind === 'folder' ? undefined : new BuiltRepository(root);
        mkdirSync(root, { recursive: true });
        const first = repository?.commit({ 'README.md': LINE }, 'first');
        for (const [number, edits] of rounds.entries()) {
          for (const one of edits) apply(root, one);
          if (kind === 'history' || kind === 'range') repository?.commit({}, number % 2 === 0 ? `round ${number}` : `uses ${token(number)}`);
          await tick();
          const mode = kind === 'history' ? { mode: 'history' as const } : kind === 'range' ? { mode: 'range' as const, range: `${first}..HEAD` } : {};
          const target = { targets: [root], source: { ...source, ...mode } };
          const without = await run(target);
          const cold = await run({ ...target, cache: { stateDir } });
          const warm = await run({ ...target, cache: { stateDir } });
          expect(cold.hadCache).toBe(true);
          expect(cold.trouble).toEqual([]);
          expect(cold.report).toBe(without.report);
          expect(warm.report).toBe(without.report);
          expect([cold.exitCode, warm.exitCode]).toEqual([without.exitCode, without.exitCode]);
        }
      }),
      { numRuns: 14, seed: 20260301, endOnFailure: true },
    );
  });
});
