import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What `packages.json` holds: exact versions, in the spelling of each ecosystem's own client. */
export interface PackageList {
  readonly npm: readonly string[];
  readonly pypi: readonly string[];
  readonly crates: readonly string[];
}

/** One package unpacked below the cache, or why it is not there. */
export type Fetched = { readonly name: string; readonly folder: string } | { readonly name: string; readonly missing: string };

/** Fetches every package through its registry's client (npm, pip, cargo) and unpacks it below `cache`; what is there stays. */
export function fetchPackages(list: PackageList, cache: string): readonly Fetched[] {
  mkdirSync(cache, { recursive: true });
  return [...list.npm.map((name) => once(name, cache, fromNpm)), ...list.pypi.map((name) => once(name, cache, fromPypi)), ...fromCargo(list.crates, cache)];
}

function once(name: string, cache: string, fetch: (name: string, folder: string) => void): Fetched {
  const folder = join(cache, name.replace(/[^A-Za-z0-9.@=-]+/g, '_'));
  if (existsSync(folder)) return { name, folder };
  const partial = `${folder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  try {
    fetch(name, partial);
    renameSync(partial, folder);
    return { name, folder };
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    return { name, missing: error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error) };
  }
}

const run = (command: string, args: readonly string[], cwd: string): string => execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 1 << 26, timeout: 300_000 });

function fromNpm(name: string, folder: string): void {
  run('npm', ['pack', name, '--silent', '--ignore-scripts'], folder);
  unpackAll(folder);
}

function fromPypi(name: string, folder: string): void {
  run('python3', ['-m', 'pip', 'download', '--no-deps', '--quiet', '--only-binary', ':all:', name], folder);
  unpackAll(folder);
}

/** One manifest that depends on all of them; cargo unpacks every crate, of which only the listed ones are brought to `cache`. */
function fromCargo(names: readonly string[], cache: string): readonly Fetched[] {
  const folderOf = (name: string): string => join(cache, `crate-${name}`);
  if (!names.every((name) => existsSync(folderOf(name)))) {
    const project = join(cache, '..', `crates-${createHash('sha256').update(names.join()).digest('hex').slice(0, 8)}`);
    const vendor = join(project, 'vendor');
    mkdirSync(join(project, 'src'), { recursive: true });
    writeFileSync(join(project, 'src/lib.rs'), '');
    const lines = names.map((name) => name.split('@')).map(([crate = '', version = '']) => `${crate} = { version = "=${version}", default-features = false }`);
    writeFileSync(join(project, 'Cargo.toml'), `[package]\nname = "accuracy"\nversion = "0.0.0"\nedition = "2021"\n[dependencies]\n${lines.join('\n')}\n`);
    try {
      run('cargo', ['vendor', '--quiet', '--versioned-dirs', 'vendor'], project);
    } catch (error) {
      return names.map((name) => ({ name, missing: error instanceof Error ? (error.message.split('\n')[0] ?? '') : '' }));
    }
    const there = new Set(readdirSync(vendor));
    for (const name of names) {
      const folder = name.replace('@', '-');
      if (there.has(folder) && !existsSync(folderOf(name))) renameSync(join(vendor, folder), folderOf(name));
    }
  }
  return names.map((name) => (existsSync(folderOf(name)) ? { name, folder: folderOf(name) } : { name, missing: 'cargo did not bring it' }));
}

/** Unpacks the one archive of a folder and removes it: what is measured is what people have on disk. */
function unpackAll(folder: string): void {
  for (const file of readdirSync(folder)) {
    if (/\.(?:tgz|tar\.gz)$/.test(file)) run('tar', ['-xzf', file], folder);
    else if (/\.(?:whl|zip)$/.test(file)) run('python3', ['-m', 'zipfile', '-e', file, '.'], folder);
    else continue;
    rmSync(join(folder, file));
  }
}

/** Reads `packages.json`. */
export function readPackageList(file: string): PackageList {
  return JSON.parse(readFileSync(file, 'utf8')) as PackageList;
}
