import { randomBytes } from 'node:crypto';
import { lstat, mkdir, readFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { findRepository } from '../assemble/index.ts';
import { printable } from '../lib/printable.ts';
import { WardenError } from '../model/index.ts';
import type { Environment } from '../settings/index.ts';
import type { Call } from './command.ts';
import { configText, HOOK_TEXT, preCommitEntry, workflowText } from './init-files.ts';
import { VERSION } from './version.ts';
import { writeNew } from './write-new.ts';

const SALT_BYTES = 32;
/** Who has one of these has hooks already, and would not run ours. */
const HOOK_KEEPERS = ['.husky', 'lefthook.yml', '.lefthook.yml', 'lefthook.yaml', '.lefthook.yaml', '.overcommit.yml'];

interface Done {
  readonly what: string;
  readonly path: string;
  readonly why: string;
}

/** `init`: writes what a repository needs, never over anything, and says what it did and what comes next. */
export async function runInit({ io }: Call): Promise<number> {
  const repository = findRepository(io.cwd);
  const root = repository?.workTree ?? io.cwd;
  const gitDir = repository?.workTree === undefined ? undefined : repository.gitDir;
  const done: Done[] = [];
  let entry = '';
  try {
    done.push(await put(root, 'tokenwarden.yml', configText(randomBytes(SALT_BYTES).toString('base64url')), 'configuration with a salt of its own'));
    if (gitDir === undefined) {
      done.push({ what: 'left out', path: 'workflow and hook', why: 'this is no git work tree' });
    } else {
      done.push(await put(root, '.github/workflows/tokenwarden.yml', workflowText(VERSION), 'a GitHub workflow with least permissions; elsewhere delete it'));
      const keeper = await keeperOf(root, gitDir, io.env);
      if (keeper === '.pre-commit-config.yaml') entry = preCommitEntry(VERSION);
      done.push(keeper === undefined ? await putHook(root, gitDir) : { what: 'left out', path: 'hooks/pre-commit', why: `${keeper} is in charge of hooks: let it run "tokenwarden scan --staged"` });
    }
  } catch (error) {
    // What was written before the trouble stays, and is told.
    if (done.length > 0) await io.stdout.write([...placed(root, io.cwd, done), ''].join('\n'));
    throw error;
  }
  await io.stdout.write(report(root, io.cwd, done, entry, gitDir !== undefined));
  return 0;
}

/** What already decides which hooks run. */
async function keeperOf(root: string, gitDir: string, env: Environment): Promise<string | undefined> {
  if (await isThere(join(root, '.pre-commit-config.yaml'))) return '.pre-commit-config.yaml';
  for (const name of HOOK_KEEPERS) if (await isThere(join(root, name))) return name;
  for (const file of [join(await commonFolder(gitDir), 'config'), ...configFiles(env)]) {
    const config = await readFile(file, 'utf8').catch(() => '');
    if (/^\s*(?:\[core\]\s*)?hookspath\s*=/im.test(config)) return 'core.hooksPath';
  }
  return undefined;
}

/** git's own of the user and the machine: a path of hooks that is set there holds for each repository. */
function configFiles({ GIT_CONFIG_GLOBAL: own, GIT_CONFIG_SYSTEM: system, HOME: home, XDG_CONFIG_HOME: xdg }: Environment): readonly string[] {
  const user = home === undefined || home === '' ? [] : [join(home, '.gitconfig'), join(xdg ?? join(home, '.config'), 'git/config')];
  return [...(own === undefined ? user : [own]), system ?? '/etc/gitconfig'];
}

async function putHook(root: string, gitDir: string): Promise<Done> {
  const common = await commonFolder(gitDir);
  const done = await put(common, 'hooks/pre-commit', HOOK_TEXT, 'looks at what is staged before each commit in this clone', 0o755);
  return { ...done, path: printable(join(relative(root, common), done.path)) };
}

/** Hooks and configuration of linked work trees lie with the main one. */
async function commonFolder(gitDir: string): Promise<string> {
  const text = await readFile(join(gitDir, 'commondir'), 'utf8').catch(() => '');
  return text.trim() === '' ? gitDir : resolve(gitDir, text.trim());
}

async function put(root: string, path: string, text: string, why: string, mode?: number): Promise<Done> {
  const file = join(root, path);
  if (await isThere(file)) return { what: 'kept', path, why: 'it was there already, and was not changed' };
  const folders = path.split('/').slice(0, -1);
  for (const [index] of folders.entries()) await makeOwnFolder(root, folders.slice(0, index + 1).join('/'));
  await writeNew(file, text, mode);
  return { what: 'wrote', path, why };
}

/** A link in the repository must not lead the pen out of it. */
async function makeOwnFolder(root: string, path: string): Promise<void> {
  const trouble = (why: string, cause?: unknown): WardenError => new WardenError('OUTPUT_UNWRITABLE', `${path} ${why}`, { hint: 'check what is in its place and who may write there, or write the file by hand', cause });
  const kind = await lstat(join(root, path)).catch(() => undefined);
  if (kind?.isSymbolicLink() === true) throw trouble('is a link, and nothing is written through one');
  if (kind !== undefined && !kind.isDirectory()) throw trouble('is no folder');
  if (kind === undefined) {
    await mkdir(join(root, path)).catch((error: NodeJS.ErrnoException) => {
      throw trouble(`cannot be made (${error.code ?? 'unknown error'})`, error);
    });
  }
}

async function isThere(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined)) !== undefined;
}

function placed(root: string, cwd: string, done: readonly Done[]): readonly string[] {
  const width = Math.max(...done.map(({ path }) => path.length));
  return [...(root === cwd ? [] : [`In ${printable(root)}:`]), ...done.map(({ what, path, why }) => `${what.padEnd(8)}  ${path.padEnd(width)}  ${why}`)];
}

function report(root: string, cwd: string, done: readonly Done[], entry: string, isRepository: boolean): string {
  const committed = done.filter(({ what, path }) => what === 'wrote' && !path.endsWith('hooks/pre-commit')).map(({ path }) => path);
  const steps = [
    ...(committed.length === 0 || !isRepository ? [] : [`git add ${committed.join(' ')} && git commit`]),
    isRepository ? 'tokenwarden scan --history      what is in this repository already; touches no network' : 'tokenwarden scan                what is in this folder already; touches no network',
    'tokenwarden audit --egress      whom an audit would ask about what; sends nothing',
    'tokenwarden baseline --owner NAME --reason TICKET --expires YYYY-MM-DD   if there is more than can be mended now',
  ];
  return [
    ...placed(root, cwd, done),
    ...(entry === '' ? [] : ['', 'Add to .pre-commit-config.yaml, under "repos:" (it runs the installed command):', '', entry.trimEnd()]),
    '',
    'Next:',
    ...steps.map((step) => `  ${step}`),
    '',
  ].join('\n');
}
