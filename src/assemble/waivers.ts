import { join } from 'node:path';
import { keyedHash, type FingerprintKey } from '../lib/fingerprint.ts';
import { printable } from '../lib/printable.ts';
import type { SourceOptions } from '../model/index.ts';
import { commitAt, fileAt, headAt, homeOf, type Home, type TargetSpec } from '../sources/index.ts';
import { applyBook, bookOf, describeProblems, keyOf, MAX_FILE_BYTES, readDisk, readFile, textOf, waiversError, WAIVERS_NAME, type WaiverEntry, type WaiverFile, type WaiverPolicy } from '../waivers/index.ts';
import type { Waive } from '../audit.ts';
import { commitNamed, isPath } from './revision-or-file.ts';
import { inlineWaivers, type InlineBase } from './inline-waivers.ts';

export interface WaiverSetup {
  /** Absolute. Its waiver file and its tree's comments are trusted as its `tokenwarden.yml` is. */
  readonly cwd: string;
  /** `--waivers-from`: a revision, or a path. */
  readonly from?: string;
  /** Whether comments count. */
  readonly inline: boolean;
  readonly policy: WaiverPolicy;
  readonly source: SourceOptions;
  readonly targets: readonly TargetSpec[];
  readonly fingerprintKey: FingerprintKey;
  readonly now: Date;
}

export interface Waivers {
  readonly waive: Waive;
  /** For people, on standard error. More may come while findings are waived. */
  readonly warnings: readonly string[];
}

/**
 * Finds out which waivers may count, before anything is scanned. What a change brings along only asks: with `--range`, the
 * start of the range decides, with `--staged` HEAD, with `--waivers-from` what it names. Throws `WAIVERS_*` for a file that is
 * wrong, `REVISION_UNKNOWN`, `USAGE_NO_REPOSITORY`.
 */
export async function setUpWaivers(setup: WaiverSetup): Promise<Waivers> {
  const { policy, now, source, inline } = setup;
  const warnings: string[] = [];
  const home = homeOf(setup.cwd);
  // What is staged is mostly clean: then only the file at hand is checked, and git is not asked what the base has.
  const isLate = source.mode === 'staged' && setup.from === undefined;
  if (isLate) await fromDisk(setup, WAIVERS_NAME, false, warnings);
  const early = isLate ? undefined : await readBooks(setup, home, warnings);
  return {
    warnings,
    async waive(findings, readAgain) {
      if (findings.length === 0) return { findings, problems: [] };
      const late: string[] = [];
      const { trusted, asked, base } = early ?? (await readBooks(setup, home, late));
      warnings.push(...late.filter((warning) => !warnings.includes(warning)));
      const book = bookOf(trusted, asked, base.kind === 'commit' ? `the base commit ${base.commit.slice(0, 12)}` : undefined);
      const applied = findings.map((finding) => applyBook(finding, book, now));
      // Old versions of a line stay in history without the comment that the newest may have.
      if (!inline || source.mode === 'history') return { findings: applied, problems: [] };
      return inlineWaivers(applied, readAgain, { home, base, policy, now, environment: source.environment ?? {} });
    },
  };
}

interface Books {
  readonly trusted: readonly WaiverEntry[];
  readonly asked: readonly WaiverEntry[];
  /** What comments are held against. */
  readonly base: InlineBase;
}

async function readBooks(setup: WaiverSetup, home: Home, warnings: string[]): Promise<Books> {
  const { cwd, from, source } = setup;
  const file = from !== undefined && isPath(from) ? from : undefined;
  const base = await findBase(setup, home, file === undefined ? from : undefined);
  if (base.kind === 'missing' && file === undefined) warnings.push(`no waiver counts: ${base.why}`);
  const mine = file === undefined ? undefined : await fromDisk(setup, file, true, warnings);
  const head = source.mode === 'range' && base.kind === 'commit' && base.head !== undefined ? await fromHead(setup, home, base.head) : await fromDisk(setup, WAIVERS_NAME, false, warnings);
  if (mine !== undefined) return { trusted: mine.entries, asked: join(cwd, WAIVERS_NAME) === join(cwd, file ?? '') ? [] : head.entries, base };
  if (base.kind === 'none') return { trusted: head.entries, asked: [], base };
  return { trusted: base.kind === 'commit' ? await fromBase(setup, home, base.commit, warnings) : [], asked: head.entries, base };
}

async function findBase({ source, targets, from }: WaiverSetup, home: Home, revision: string | undefined): Promise<InlineBase> {
  const environment = source.environment ?? {};
  const { repository } = home;
  const hasFile = from !== undefined && revision === undefined;
  const ends = source.mode === 'range' ? (source.range ?? '').split('..') : [];
  const isChange = source.mode === 'staged' || (source.mode === 'range' && ends.length === 2);
  if (revision === undefined && !(isChange && targets.some((target) => liesAt(home, target)))) return hasFile ? { kind: 'missing', why: 'it stands in no version that --waivers-from names' } : { kind: 'none' };
  const [first = '', last = ''] = ends;
  const named = revision === undefined ? undefined : await commitNamed(repository, revision, '--waivers-from', environment);
  if (repository === undefined) return { kind: 'none' };
  const commit = revision !== undefined ? named : source.mode === 'staged' ? await headAt(repository, environment) : await commitAt(repository, first, environment);
  if (commit === undefined) return { kind: 'missing', why: source.mode === 'staged' ? 'there is no commit yet to compare with' : 'the base commit is not in this clone' };
  const head = source.mode === 'range' && last !== '' ? await commitAt(repository, last, environment) : undefined;
  return { kind: 'commit', repository, commit, ...(head === undefined ? {} : { head }) };
}

function liesAt(home: Home, target: TargetSpec): boolean {
  if (target.kind !== 'path' || target.log) return false;
  try {
    return homeOf(target.path).root === home.root;
  } catch {
    return false; // Planning says what is wrong with it.
  }
}

/** What may count from now on must be right: anything wrong is an error. */
async function fromDisk(setup: WaiverSetup, path: string, named: boolean, warnings: string[]): Promise<WaiverFile> {
  const text = await readDisk(join(path.startsWith('/') ? '' : setup.cwd, path), named, path);
  return text === undefined ? NO_FILE : checked(setup, readFile(text, { file: path, policy: setup.policy, now: setup.now }), path, warnings);
}

async function fromHead(setup: WaiverSetup, home: Home, commit: string): Promise<WaiverFile> {
  const bytes = await waiversAt(setup, home, commit);
  if (bytes === undefined) return NO_FILE;
  const file = `${commit.slice(0, 12)}:${WAIVERS_NAME}`;
  return checked(setup, readFile(textOf(bytes, file), { file, policy: setup.policy, now: setup.now }), file, []);
}

/** The past cannot be corrected, only the present can: an entry of it that is wrong does not count, and that is said. */
async function fromBase(setup: WaiverSetup, home: Home, commit: string, warnings: string[]): Promise<readonly WaiverEntry[]> {
  const bytes = await waiversAt(setup, home, commit);
  if (bytes === undefined) return [];
  const file = `${commit.slice(0, 12)}:${WAIVERS_NAME}`;
  const read = readFile(textOf(bytes, file), { file, policy: setup.policy, now: setup.now });
  warnings.push(...describeProblems(read.problems).map((problem) => `this waiver does not count: ${problem}`));
  warnOfKey(setup, read, file, warnings);
  return read.entries;
}

function waiversAt({ source }: WaiverSetup, home: Home, commit: string): Promise<Uint8Array | undefined> {
  const path = home.path === '' ? WAIVERS_NAME : `${home.path}/${WAIVERS_NAME}`;
  return home.repository === undefined ? Promise.resolve(undefined) : fileAt(home.repository, commit, path, MAX_FILE_BYTES, source.environment);
}

const NO_FILE: WaiverFile = { entries: [], problems: [] };

function checked(setup: WaiverSetup, file: WaiverFile, name: string, warnings: string[]): WaiverFile {
  if (file.problems.length > 0) throw waiversError(describeProblems(file.problems), 'nothing was scanned; correct the waivers and run again');
  warnOfKey(setup, file, name, warnings);
  return file;
}

/** Names a fingerprint key without showing it: entries of another one can match nothing. */
export function keyName(key: FingerprintKey): string {
  return keyedHash(key, 'waiver file', []).slice(0, 8);
}

function warnOfKey({ fingerprintKey }: WaiverSetup, { key, entries }: WaiverFile, name: string, warnings: string[]): void {
  if (key === undefined || key === keyName(fingerprintKey) || entries.length === 0) return;
  warnings.push(`${printable(name)} was written under another fingerprint key, so that none of its ${new Set(entries.map(keyOf)).size} entries can match (TOKENWARDEN_FINGERPRINT_KEY, salt)`);
}
