import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sampleOf } from '../../src/rules/index.ts';

/** A repository of the made-up organisation, and what is planted in it. */
export interface MadeRepository {
  readonly number: number;
  name: string;
  readonly kind: 'plain' | 'leaky' | 'fork' | 'empty' | 'archived' | 'wiki' | 'missing' | 'broken' | 'talk' | 'large' | 'ci' | 'history' | 'huge';
  readonly isPrivate: boolean;
  /** Numbers of the tokens that lie in it (or its wiki, or its issues). */
  readonly tokens: readonly number[];
}

export const OWNER = 'acme';

/** A token that nobody ever issued, the same for each number everywhere. */
export function madeToken(number: number): string {
  return sampleOf('github-pat-classic', { recipe: 'ghp_<base62:30><github-crc32>', in: '{}', seed: number }).token;
}

const KINDS = ['plain', 'leaky', 'plain', 'fork', 'plain', 'empty', 'archived', 'plain', 'wiki', 'talk', 'plain', 'large', 'ci'] as const;

/** The organisation of a size; the last two are one that git's server does not have and one whose objects are damaged. With `histories`, every tenth has a history of real files, and the one before these two is huge. */
export function madeOrganization(size: number, { histories = false }: { readonly histories?: boolean } = {}): readonly MadeRepository[] {
  return Array.from({ length: size }, (_, number): MadeRepository => {
    const kind = number === size - 1 ? 'missing' : number === size - 2 ? 'broken' : histories && number === size - 3 ? 'huge' : histories && number % 10 === 5 ? 'history' : (KINDS[number % KINDS.length] ?? 'plain');
    const tokens = kind === 'leaky' ? [number, 1] : kind === 'talk' ? [number, 60_000 + number, 70_000 + number] : kind === 'archived' || kind === 'wiki' ? [number] : kind === 'fork' ? [number - 2, 1] : kind === 'ci' ? [20_000 + number, 30_000 + number] : [];
    return { number, name: `r${String(number).padStart(4, '0')}`, kind, isPrivate: number % 5 === 0, tokens: tokens.filter((token) => token > 0) };
  });
}

/** Writes bare repositories below `root/OWNER`. */
export function makeRepositories(root: string, repositories: readonly MadeRepository[]): void {
  const template = join(root, 'template.git');
  makeBare(template);
  for (const one of repositories) {
    if (one.kind === 'missing') continue;
    const path = join(root, OWNER, `${one.name}.git`);
    cpSync(template, path, { recursive: true });
    if (one.kind !== 'empty') importCommits(path, historyOf(one));
    if (one.kind === 'wiki') {
      const wiki = join(root, OWNER, `${one.name}.wiki.git`);
      cpSync(template, wiki, { recursive: true });
      importCommits(wiki, [{ ref: 'refs/heads/master', files: { 'Home.md': `log in with ${madeToken(one.number)}\n` }, message: 'page' }]);
    }
  }
}

const HUGE_FILES = 40;
const HUGE_FILE_BYTES = 1_000_000;
const HISTORY_COMMITS = 40;
const SOURCES = fileURLToPath(new URL('../../src/', import.meta.url));
let sources: readonly string[] | undefined;

/** Forty commits that write our own source files, some of them twice, on two branches. */
function realHistory(number: number): readonly MadeCommit[] {
  sources ??= readdirSync(SOURCES, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && entry.name.endsWith('.ts')).map((entry) => join(entry.parentPath, entry.name)).sort();
  const all = sources;
  return Array.from({ length: HISTORY_COMMITS }, (_, index): MadeCommit => {
    const path = all[(number * 37 + (index % 30) * 11) % all.length] ?? '';
    return { ref: index % 8 === 7 ? 'refs/heads/feature' : 'refs/heads/main', files: { [path.slice(SOURCES.length)]: `// ${number}, ${index}\n${readFileSync(path, 'utf8')}` }, message: `change ${index}` };
  });
}

/** The same for the same seed. */
function randomText(seed: string, bytes: number): string {
  let text = '';
  for (let block = 0; text.length < bytes; block += 1) text += `${createHash('sha512').update(`${seed} ${block}`).digest('base64url').match(/.{1,5}/g)?.join('.') ?? ''}\n`;
  return text;
}

/** An empty bare repository. */
export function makeBare(path: string): void {
  for (const folder of ['objects/info', 'objects/pack', 'refs/heads', 'refs/tags']) mkdirSync(join(path, folder), { recursive: true });
  writeFileSync(join(path, 'HEAD'), 'ref: refs/heads/main\n');
  writeFileSync(join(path, 'config'), '[core]\n\trepositoryformatversion = 0\n\tbare = true\n[uploadpack]\n\tallowFilter = true\n');
}

interface MadeCommit {
  readonly ref: string;
  readonly files: Readonly<Record<string, string>>;
  readonly message: string;
}

/** A fork has its origin's history and a commit of its own. */
function historyOf({ number, kind, tokens }: MadeRepository): readonly MadeCommit[] {
  if (kind === 'history') return realHistory(number);
  const base = kind === 'fork' ? number - 2 : number;
  const commits: MadeCommit[] = [
    { ref: 'refs/heads/main', files: { 'README.md': `# r${base}\n`, '.gitmodules': '[submodule "x"]\n\tpath = x\n\turl = ext::touch /tmp/never\n', 'src/index.js': `export const id = ${base};\n` }, message: `begin ${base}` },
    { ref: 'refs/heads/main', files: { 'src/util.js': `// ${createHash('sha256').update(String(base)).digest('hex').slice(0, 12)}\n`.repeat(20) }, message: 'more' },
  ];
  if (kind === 'leaky' || kind === 'fork') {
    const [first = 0] = tokens;
    commits.push({ ref: 'refs/heads/old', files: { 'config/old.env': `GITHUB_TOKEN=${madeToken(first)}\n` }, message: 'a branch that nobody merged' });
    commits.push({ ref: 'refs/heads/main', files: { '.env': `SHARED_TOKEN=${madeToken(1)}\n` }, message: 'shared' });
    commits.push({ ref: 'refs/heads/main', files: { '.env': 'SHARED_TOKEN=\n' }, message: 'removed' });
  }
  if (kind === 'fork') commits.push({ ref: 'refs/heads/main', files: { 'fork.txt': `fork ${number}\n` }, message: 'fork' });
  if (kind === 'ci') commits.push({ ref: 'refs/heads/main', files: { '.github/workflows/build.yml': 'on: push\n' }, message: 'build' });
  if (kind === 'archived') commits.push({ ref: 'refs/heads/main', files: { CODEOWNERS: '* @acme/ops\n' }, message: 'owners' });
  if (kind === 'archived') commits.push({ ref: 'refs/tags/v1', files: { 'deploy.sh': `curl -H "Authorization: token ${madeToken(number)}" https://api.github.com/user\n` }, message: 'tagged' });
  // Nothing that could be packed smaller.
  if (kind === 'huge') for (let part = 0; part < HUGE_FILES; part += 1) commits.push({ ref: 'refs/heads/main', files: { [`data/${part}.b64`]: randomText(`${number} ${part}`, HUGE_FILE_BYTES) }, message: `data ${part}` });
  if (kind === 'large') for (let part = 0; part < 10; part += 1) commits.push({ ref: 'refs/heads/main', files: { [`data/${part}.txt`]: `${createHash('sha512').update(`${number} ${part}`).digest('hex')}\n`.repeat(400) }, message: `data ${part}` });
  return commits;
}

/** With git's own `fast-import`; a branch begins at the commit before it. */
export function importCommits(path: string, commits: readonly MadeCommit[], after?: string): void {
  let last = after;
  const lines: string[] = [];
  for (const [index, { ref, files, message }] of commits.entries()) {
    const date = `${1_700_000_000 + index * 60} +0000`;
    lines.push(`commit ${ref}`, `mark :${index + 1}`, `author Ana <ana@example.com> ${date}`, `committer Ana <ana@example.com> ${date}`, `data ${Buffer.byteLength(message)}`, message);
    if (last !== undefined) lines.push(`from ${last}`);
    for (const [file, text] of Object.entries(files)) lines.push(`M 100644 inline ${file}`, `data ${Buffer.byteLength(text)}`, text);
    last = `:${index + 1}`;
  }
  const { status, stderr } = spawnSync('git', ['--git-dir', path, '-c', 'fastimport.unpackLimit=0', 'fast-import', '--quiet', '--done'], { input: `${lines.join('\n')}\ndone\n`, env: { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent', GIT_CONFIG_NOSYSTEM: '1' }, encoding: 'utf8' });
  if (status !== 0) throw new Error(`fast-import: ${stderr}`);
}
