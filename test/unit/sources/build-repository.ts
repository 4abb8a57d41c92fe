import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const made: string[] = [];

/** A fresh folder that `removeFolders` takes away. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tokenwarden-sources-'));
  made.push(folder);
  return folder;
}

export function removeFolders(): void {
  // Not rmSync: it cannot take away paths that are longer than the system takes at once.
  for (const folder of made.splice(0)) execFileSync('rm', ['-rf', folder]);
}

/** A real repository, the same every time: fixed identity, the clock goes one minute ahead with each commit. */
export class BuiltRepository {
  readonly path: string;
  #minute = 0;

  constructor(path: string, ...initArguments: readonly string[]) {
    this.path = path;
    mkdirSync(path, { recursive: true });
    this.git('init', '--quiet', '--initial-branch=main', ...initArguments);
  }

  /** Runs git in the repository and gives what it printed, without the last line break. */
  git(...args: readonly string[]): string {
    return this.gitWith({}, ...args);
  }

  gitWith(more: { readonly input?: string | Uint8Array; readonly environment?: Readonly<Record<string, string>> }, ...args: readonly string[]): string {
    const date = `${1_767_225_600 + this.#minute * 60} +0000`;
    return execFileSync('git', args, {
      cwd: this.path,
      input: more.input ?? '',
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'pipe'],
      env: {
        PATH: process.env['PATH'],
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_AUTHOR_NAME: 'Ada Author',
        GIT_AUTHOR_EMAIL: 'ada@example.com',
        GIT_COMMITTER_NAME: 'Cy Committer',
        GIT_COMMITTER_EMAIL: 'cy@example.com',
        GIT_AUTHOR_DATE: date,
        GIT_COMMITTER_DATE: date,
        GIT_ALLOW_PROTOCOL: 'file',
        ...more.environment,
      },
    }).replace(/\n$/, '');
  }

  write(path: string, content: string | Uint8Array): this {
    const full = join(this.path, path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, content);
    return this;
  }

  /** Writes files, adds everything and commits; gives the commit's name. */
  commit(files: Readonly<Record<string, string | Uint8Array>> = {}, message = 'change'): string {
    for (const [path, content] of Object.entries(files)) this.write(path, content);
    this.git('add', '--all');
    return this.commitIndex(message);
  }

  commitIndex(message = 'change'): string {
    this.#minute += 1;
    this.git('commit', '--quiet', '--allow-empty', '--message', message);
    return this.git('rev-parse', 'HEAD');
  }
}

export function buildRepository(...initArguments: readonly string[]): BuiltRepository {
  return new BuiltRepository(join(temporaryFolder(), 'repository'), ...initArguments);
}
