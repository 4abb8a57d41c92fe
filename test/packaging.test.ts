import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ACTION_INPUTS, OPTION_NAMES, specOf, TARGETS } from '../src/settings/index.ts';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../', import.meta.url));
const text = (path: string): string => readFileSync(`${ROOT}${path}`, 'utf8');

interface Manifest {
  readonly type: string;
  readonly license: string;
  readonly engines: Readonly<Record<string, string>>;
  readonly bin: Readonly<Record<string, string>>;
  readonly files: readonly string[];
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly allowScripts: Readonly<Record<string, boolean>>;
}

interface LockedPackage {
  readonly version: string;
  readonly os?: readonly string[];
  readonly optional?: boolean;
  readonly hasInstallScript?: boolean;
  readonly dev?: boolean;
  readonly resolved?: string;
}

const manifest = JSON.parse(text('package.json')) as Manifest;
const lock = JSON.parse(text('package-lock.json')) as { readonly packages: Readonly<Record<string, LockedPackage>> };
const direct = { ...manifest.dependencies, ...manifest.devDependencies };

/** Files of the next commit: tracked ones that are there, and new ones that git does not ignore. */
async function tracked(): Promise<readonly string[]> {
  const { stdout } = await run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: ROOT, maxBuffer: 64 << 20 });
  return [...new Set(stdout.split('\0'))].filter((path) => path !== '' && existsSync(`${ROOT}${path}`));
}

describe('the manifest', () => {
  it('names an exact version of every dependency, the one that is locked', () => {
    expect(Object.entries(direct).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
    expect(Object.entries(direct).filter(([name, version]) => lock.packages[`node_modules/${name}`]?.version !== version)).toEqual([]);
  });

  it('asks its users to install nothing: what runs is bundled', () => {
    expect(Object.keys(manifest.dependencies ?? {})).toEqual([]);
  });

  it('depends on nothing that installs on some systems only', () => {
    const bound = Object.entries(lock.packages).filter(([, entry]) => entry.os !== undefined && entry.optional !== true);
    expect(bound.map(([path]) => path)).toEqual([]);
  });

  it('lets install scripts run for named packages alone, none of them a runtime dependency', () => {
    const scripted = Object.entries(lock.packages).filter(([, entry]) => entry.hasInstallScript === true && entry.optional !== true);
    const allowed = Object.keys(manifest.allowScripts).map((name) => `node_modules/${name}`);
    expect(scripted.map(([path]) => path).filter((path) => !allowed.includes(path) && lock.packages[path]?.dev !== true)).toEqual([]);
    expect(allowed.filter((path) => lock.packages[path]?.dev !== true)).toEqual([]);
  });

  it('makes every script check the Node it runs under before anything else', () => {
    const unchecked = Object.entries(manifest.scripts).filter(([name, script]) => name !== 'prepare' && !script.startsWith('node src/build/require-node.mjs && '));
    expect(unchecked).toEqual([]);
    expect(manifest.scripts['prepare']).toBe('npm run -s build');
  });

  it('is an ES module under Apache-2.0 for Node 22.18 and later', () => {
    expect([manifest.type, manifest.license, manifest.engines['node']]).toEqual(['module', 'Apache-2.0', '>=22.18']);
    expect(text('LICENSE')).toMatch(/Apache License\s+Version 2\.0, January 2004[\s\S]+END OF TERMS AND CONDITIONS/);
  });
});

describe('a script under a Node that is too old', () => {
  it('says which Node it needs, and how to get it, and exits 2', async () => {
    const source = text('src/build/require-node.mjs').replaceAll('process.versions.node', '"20.20.2"').replaceAll('process.version}', '"v20.20.2"}');
    const failure = await run(process.execPath, ['--input-type=module', '-e', source]).then(() => undefined, (error: unknown) => error as { code: number; stderr: string });
    expect(failure?.code).toBe(2);
    expect(failure?.stderr).toMatch(/needs Node >=22\.18, and this script runs under v20\.20\.2[\s\S]+npm ci/);
  });
});

describe('the tree', () => {
  it('has exactly the agreed names at its top', async () => {
    // Of what is built only the Action's bundle is committed.
    const paths = await tracked();
    expect(paths.filter((path) => path.startsWith('dist/') && !path.startsWith('dist/action/'))).toEqual([]);
    const top = [...new Set(paths.map((path) => path.split('/')[0] ?? ''))].filter((name) => !name.startsWith('.') && name !== 'dist').sort();
    const tools = ['package-lock.json', 'LICENSE', 'eslint.config.js', 'vitest.config.ts'];
    expect(top).toEqual([...tools, 'package.json', 'tsconfig.json', 'src', 'rules', 'fixtures', 'test', 'action.yml', 'README.md'].sort());
  });

  it('names neither a package registry’s host nor a path of the machine it was written on', async () => {
    const forbidden = new RegExp([['registry', 'npmjs', 'org'], ['registry', 'yarnpkg', 'com'], ['files', 'pythonhosted', 'org'], ['proxy', 'golang', 'org']].map((parts) => parts.join('\\.')).concat(`(?<![\\w.~-])/${'work'}/(?:main|shared)`).join('|'));
    const guilty = (await tracked()).filter((path) => !/\.(?:wasm|gz|zip|tar|png|bin|tgz)$/.test(path)).filter((path) => forbidden.test(text(path)));
    expect(guilty).toEqual([]);
  });
});

describe('what is published', () => {
  it('is the built command, its data and the two papers, and nothing of the clone', async () => {
    const npm = await run('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: ROOT, env: { ...process.env, npm_config_update_notifier: 'false' } });
    const [pack] = JSON.parse(npm.stdout) as readonly { readonly files: readonly { readonly path: string; readonly mode: number }[] }[];
    const paths = (pack?.files ?? []).map((file) => file.path);
    expect(paths.filter((path) => !/^dist\/(?:[^/]+\.(?:c?js|wasm|jsonl?|bin|sha256)|licenses\.txt)$|^(?:LICENSE|README\.md|package\.json)$/.test(path))).toEqual([]);
    for (const path of ['dist/tokenwarden.js', 'dist/main.cjs', 'dist/worker.cjs', 'dist/prefilter.wasm', 'dist/catalogue.jsonl', 'dist/tables.bin', 'dist/anchors.json', 'LICENSE']) expect(paths).toContain(path);
    expect(manifest.bin['tokenwarden']).toBe('dist/tokenwarden.js');
    expect(text('dist/tokenwarden.js')).toMatch(/^#!\/usr\/bin\/env node\n/);
    for (const path of paths.filter((name) => /\.c?js$/.test(name))) expect(text(path), path).not.toContain(ROOT);
  });

  it('is installed alone, without a network, and scans', { timeout: 120_000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tokenwarden-installed-'));
    try {
      const env = { PATH: process.env['PATH'], HOME: folder, XDG_STATE_HOME: join(folder, 'state'), npm_config_cache: join(folder, 'cache'), npm_config_update_notifier: 'false' };
      await run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], { cwd: ROOT, env });
      const [tarball = ''] = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
      writeFileSync(join(folder, 'package.json'), '{"private":true}');
      await run('npm', ['install', '--offline', '--no-audit', '--no-fund', join(folder, tarball)], { cwd: folder, env });
      expect(readdirSync(join(folder, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual(['tokenwarden']);
      writeFileSync(join(folder, 'tokenwarden.yml'), 'fail-on: low\nrules:\n  - { id: acme-key, pattern: "acme_[a-z]{8,}" }\n');
      writeFileSync(join(folder, 'a.txt'), 'nothing here\n');
      const { stdout } = await run(join(folder, 'node_modules/.bin/tokenwarden'), ['scan', 'a.txt'], { cwd: folder, env });
      expect(stdout).toContain('no findings in 1 file');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe('the papers', () => {
  const PAPERS = ['README.md', '.github/CONTRIBUTING.md', '.github/SECURITY.md', '.github/CHANGELOG.md', 'src/ARCHITECTURE.md'];

  it('give every dependency with its version and its reason', () => {
    const rows = [...text('.github/CONTRIBUTING.md').matchAll(/^\| `([^`]+)` \| (\d[^ ]*) \| ([^|]{5,}) \|$/gm)];
    expect(Object.fromEntries(rows.map(([, name, version]) => [name, version]))).toEqual(direct);
  });

  it.each(PAPERS)('%s names no file that is not there', (paper) => {
    const page = text(paper);
    const linked = [...page.matchAll(/\]\((?!https?:)([^)#]+)[^)]*\)/g)].map(([, path]) => posix.join(posix.dirname(paper), path ?? ''));
    const told = [...page.matchAll(/`((?:src|test|fixtures|rules|\.ci|\.github)\/[\w./-]+)`/g)].map(([, path]) => path ?? '');
    const missing = [...linked, ...told].filter((path) => !/[A-Z]{4}(?![\w.]*\.md)/.test(path) && !existsSync(`${ROOT}${path}`));
    expect(missing).toEqual([]);
  });

  it.each(PAPERS)('%s names no npm script that is not there', (paper) => {
    const named = [...text(paper).matchAll(/npm run (?:-s )?([a-z]+)/g)].map(([, script]) => script ?? '');
    expect(named.filter((script) => manifest.scripts[script] === undefined)).toEqual([]);
  });
});

describe('action.yml', () => {
  const action = parse(text('action.yml')) as {
    readonly inputs: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
    readonly outputs: Readonly<Record<string, unknown>>;
    readonly runs: Readonly<Record<string, unknown>>;
  };

  it('runs a bundle that is committed, on Node 24, and installs nothing', () => {
    expect(action.runs).toEqual({ using: 'node24', main: 'dist/action/index.js' });
  });

  it('has an input for each option that offers itself, with a description and without a default of its own', () => {
    expect(Object.keys(action.inputs)).toEqual([TARGETS.name, ...ACTION_INPUTS.map(({ name }) => name)]);
    expect(new Set(Object.keys(action.inputs)).size).toBe(OPTION_NAMES.filter((name) => specOf(name).input === true).length + 1);
    for (const [name, input] of Object.entries(action.inputs)) {
      expect(Object.keys(input).sort(), name).toEqual(['description', 'required']);
      expect(input['description'], name).toMatch(/^[A-Z].*\w.*\.$/);
    }
    expect(Object.keys(action.outputs).sort()).toEqual(['coverage', 'exit-code', 'findings', 'plan', 'sarif-id']);
  });
});
