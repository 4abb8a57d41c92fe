import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { breaches, roomOf } from './architecture/judge-source.ts';
import { ARROWS } from './architecture/rooms.ts';

const SOURCE = new URL('../src/', import.meta.url);

function readTree(): ReadonlyMap<string, string> {
  const paths = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => /\.(?:ts|mts|mjs|js)$/.test(path) && !path.startsWith('detect/wasm/') && !path.startsWith('build/templates/'))
    .sort();
  return new Map(paths.map((path) => [path, readFileSync(fileURLToPath(new URL(path, SOURCE)), 'utf8')]));
}

const files = (map: Readonly<Record<string, string>>): ReadonlyMap<string, string> => new Map(Object.entries(map));

describe('the house', () => {
  const tree = readTree();

  it('is not empty', () => {
    expect(tree.size).toBeGreaterThan(20);
    expect([...new Set([...tree.keys()].map(roomOf))]).toContain('model');
  });

  it('has no arrow, global or export that its table forbids', () => {
    expect(breaches(tree)).toEqual([]);
  });

  it('says the same arrows in src/ARCHITECTURE.md as this test checks', () => {
    const page = readFileSync(new URL('ARCHITECTURE.md', SOURCE), 'utf8');
    const rows = [...page.matchAll(/^\| `src\/([a-z/-]*[a-z-](?:\.ts)?)\/?` \|.*\| ([^|]*) \|$/gm)];
    const told = Object.fromEntries(rows.map(([, room, list]) => [room, namesIn(list ?? '')]));
    const checked = Object.fromEntries(Object.entries(ARROWS).map(([room, list]) => [room, [...list].sort()]));
    expect(told).toEqual(checked);
  });
});

function namesIn(cell: string): readonly string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? '').sort();
}

describe('a file that breaks a rule is named with its line', () => {
  const bad: readonly (readonly [name: string, path: string, text: string, complaint: RegExp])[] = [
    ['a stage that imports another stage', 'policy/x.ts', `import { ask } from '../issuers/ask.ts';`, /^policy\/x\.ts:1: policy may not import issuers/],
    ['an arrow made by a type alone', 'report/x.ts', `\nimport type { A } from '../policy/a.ts';`, /^report\/x\.ts:2: report may not import policy/],
    ['an arrow made by a re-export', 'model/x.ts', `export * from '../lib/a.ts';`, /model may not import lib/],
    ['an arrow made by a dynamic import', 'lib/x.ts', `const a = await import('../model/a.ts');`, /lib may not import model/],
    ['an arrow made by an import type', 'lib/x.ts', `type A = import('../model/a.ts').A;`, /lib may not import model/],
    ['an import of a shell', 'report/x.ts', `import { run } from '../cli/main.ts';`, /report may not import cli/],
    ['a room nobody knows', 'helpers/x.ts', ``, /"helpers" is not a room/],
    ['an import of a file that is not there', 'policy/x.ts', `import { a } from './gone.ts';`, /does not exist/],
    ['an import that leaves src', 'policy/x.ts', `import { a } from '../../test/a.ts';`, /leads out of src/],
    ['an arrow from lib to the nouns', 'lib/x.ts', `import type { A } from '../model/a.ts';`, /^lib\/x\.ts:1: lib may not import model/],
    ['a stage that reaches into the pipeline', 'report/x.ts', `import { a } from '../pipeline/a.ts';`, /report may not import pipeline/],
    ['a generated file that breaks an arrow', 'report/generated/x.ts', `import { a } from '../../policy/a.ts';`, /report may not import policy/],
    ['a package in the model', 'model/x.ts', `import { z } from 'ajv';`, /model imports nothing/],
    ['a socket outside lib/http', 'issuers/x.ts', `import { request } from 'undici';`, /undici may be imported only in src\/lib\/http/],
    ['a submodule of a guarded package', 'issuers/x.ts', `import { a } from 'undici/lib/a.js';`, /undici may be imported only/],
    ['a process started outside the git room', 'detect/x.ts', `import { spawn } from 'node:child_process';`, /node:child_process/],
    ['process read outside a shell', 'sources/x.ts', `export const a = process.env.HOME;`, /process belongs to the shells/],
    ['process read through globalThis', 'sources/x.ts', `export const a = globalThis.process.env;`, /process belongs to the shells/],
    ['process read beside a variable of that name in another function', 'sources/x.ts', `function a() { const process = 1; return process; }\nexport const b = process.argv;`, /^sources\/x\.ts:2: process belongs/],
    ['process taken apart', 'sources/x.ts', `const { env } = process;`, /process belongs to the shells/],
    ['the clock read in a stage', 'policy/x.ts', `export const a = Date.now();`, /the clock belongs to the shells/],
    ['the clock handed on as a function', 'policy/x.ts', `export const a = { now: Date.now };`, /the clock belongs to the shells/],
    ['a date of now', 'policy/x.ts', `export const a = new Date();`, /the clock belongs to the shells/],
    ['fetch outside lib/http', 'cli/x.ts', `await fetch('https://issuer.example');`, /sockets are opened only/],
    ['a default export', 'lib/x.ts', `export default function a(): void {}`, /exports are named/],
    ['a default export by name', 'lib/x.ts', `const a = 1; export { a as default };`, /exports are named/],
    ['a type of any', 'lib/x.ts', `export function a(b: any): void { void b; }`, /`any` is not a type/],
    ['a secret revealed in a report', 'report/x.ts', `export const a = (s: { reveal(): string }) => s.reveal();`, /reveal\(\) is legal only/],
  ];
  it.each(bad)('%s', (_name, path, text, complaint) => {
    const known = files({ [path]: text, 'model/a.ts': '', 'lib/a.ts': '', 'policy/a.ts': '', 'issuers/ask.ts': '', 'cli/main.ts': '', 'pipeline/a.ts': '' });
    const found = breaches(known);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(complaint);
  });

  it('and one that keeps them all is not', () => {
    const good = files({
      'model/a.ts': `import { inspect } from 'node:util';\nexport interface A { readonly process: string; fetch(): void }`,
      'lib/a.ts': `export const at = new Date(0);\nexport const many = (company: string) => company.length;`,
      'policy/a.ts': `import type { A } from '../model/a.ts';\nimport { at } from '../lib/a.ts';\nexport const b = (a: A) => [a.process, at];`,
      'lib/http/client.ts': `import { request } from 'undici';\nimport type { A } from '../../model/a.ts';\nexport const send = (a: A) => request(a);`,
      'issuers/generated/a.js': `export default function a() {}`,
      'policy/c.ts': `import { send } from '../lib/http/client.ts';\nexport { send };`,
      'cli/main.ts': `import { b } from '../report/a.ts';\nexport const now = () => new Date();\nexport const env = process.env;\nexport { b };`,
      'sources/git/run.ts': `import { spawn } from 'node:child_process';\nexport function run(process = spawn('git')) { process.kill(); for (const { process } of []) process; const f = () => process.pid; return f; }`,
      'report/a.ts': `export const b = { process: 1 };\nexport const c = b.process;`,
      'issuers/a.ts': `export const a = (s: { reveal(): string }) => s.reveal();`,
    });
    expect(breaches(good)).toEqual([]);
  });
});
