import { nameMatcher } from './glob.ts';
import type { Matcher } from './glob.ts';

/** Where forges look for the file, first one wins: GitHub's three places, then GitLab's own. */
export const CODEOWNERS_PATHS: readonly string[] = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS', '.gitlab/CODEOWNERS'];

/** GitHub does not read a larger one. */
export const MAX_CODEOWNERS_BYTES = 3 * 1024 * 1024;

export interface CodeOwners {
  /** As they are written (`@org/team`, `@ana`, `ana@example.com`); empty where the deciding line names nobody. */
  readonly names: readonly string[];
  /** The line that decided, from 1; of several sections the first. */
  readonly line: number;
}

interface Entry {
  readonly fits: Matcher;
  readonly names: readonly string[];
  readonly line: number;
  readonly section: number;
}

/**
 * Reads a CODEOWNERS file as GitHub does: the last line whose pattern fits decides, a line without owners takes ownership away,
 * and lines that are wrong (negation, character ranges, no valid owner) do not count. GitLab's sections are read, too: each
 * decides by itself, and their owners add up. Returns who owns a path, relative to the repository's root; undefined where no
 * line speaks of it. Time for a look-up is linear in lines and path, whatever the patterns.
 */
export function readCodeowners(text: string): (path: string) => CodeOwners | undefined {
  const entries: Entry[] = [];
  let section = 0;
  let inherited: readonly string[] = [];
  for (const [index, raw] of text.replace(/^\ufeff/, '').split(/\r?\n/).entries()) {
    const line = raw.trim();
    const heading = /^\^?\[[^\]]{1,200}\](?:\[\d{1,4}\])?(.*)$/.exec(line);
    if (heading !== null) {
      section += 1;
      inherited = (heading[1] ?? '').split(/\s+/).filter(isOwner);
      continue;
    }
    const entry = entryOf(line, index + 1, section, inherited);
    if (entry !== undefined) entries.push(entry);
  }
  entries.reverse();
  return (path) => {
    const decided = new Map<number, Entry>();
    for (const entry of entries) if (!decided.has(entry.section) && entry.fits(path)) decided.set(entry.section, entry);
    if (decided.size === 0) return undefined;
    const inOrder = [...decided.values()].sort((a, b) => a.line - b.line);
    return { names: [...new Set(inOrder.flatMap(({ names }) => names))], line: inOrder[0]?.line ?? 0 };
  };
}

function entryOf(line: string, number: number, section: number, inherited: readonly string[]): Entry | undefined {
  if (line === '' || line.startsWith('#')) return undefined;
  const [pattern = '', ...rest] = line.replace(/(?<=\s)#.*$/, '').trimEnd().split(/(?<!\\)\s+/);
  const names = rest.filter(isOwner);
  if (rest.length > 0 && names.length === 0) return undefined;
  const fits = patternOf(pattern.replaceAll('\\ ', ' '));
  return fits === undefined ? undefined : { fits, names: rest.length === 0 ? inherited : names, line: number, section };
}

function isOwner(word: string): boolean {
  return /^(?:@[^\s@]{1,200}|[^\s@]{1,100}@[^\s@]{1,150})$/.test(word);
}

/** The syntax of `.gitignore` without negation and ranges, and with one difference: `docs/*` holds the files of that folder alone. */
function patternOf(pattern: string): Matcher | undefined {
  if (pattern.startsWith('!') || pattern.startsWith('\\') || /[[\]]/.test(pattern)) return undefined;
  const isFolder = pattern.endsWith('/');
  const parts = pattern.split('/').filter((part) => part !== '');
  if (parts.length === 0) return pattern === '/' ? undefined : () => false;
  const isAnchored = pattern.replace(/\/+$/, '').includes('/');
  const wanted = [...(isAnchored ? [] : ['**']), ...parts].filter((part, index, all) => part !== '**' || all[index - 1] !== '**');
  const isDirect = !isFolder && wanted.at(-1) === '*' && isAnchored;
  const matchers = wanted.map((part) => (part === '**' ? '**' : nameMatcher(part)));
  return (path) => fitsParts(matchers, path.replace(/^(?:\.?\/+)+/, '').split('/'), { isFolder, isDirect });
}

/** Which ends of the path the pattern reaches, part by part: no pattern can make it go back. */
function fitsParts(pattern: readonly ('**' | Matcher)[], path: readonly string[], { isFolder, isDirect }: { readonly isFolder: boolean; readonly isDirect: boolean }): boolean {
  let reached = new Set<number>([0]);
  for (const part of pattern) {
    const next = new Set<number>();
    if (part === '**') for (let end = Math.min(...reached); end <= path.length; end += 1) next.add(end);
    else for (const at of reached) if (at < path.length && part(path[at] ?? '')) next.add(at + 1);
    if (next.size === 0) return false;
    reached = next;
  }
  // What ends before the path does is a folder, which holds all that lies in it.
  return [...reached].some((end) => (end === path.length ? !isFolder || pattern.at(-1) === '**' : end > 0 && !isDirect && end < path.length));
}
