import ignore from 'ignore';
import type { Note } from '../../model/index.ts';

/** The user's ignore globs: what they leave out is counted by glob and reported in one line each. */
export interface Exclusion {
  /** The glob that leaves a path out, uncounted. */
  readonly globFor: (path: string) => string | undefined;
  readonly count: (glob: string, bytes: number) => void;
  /** Whether the path is left out; if so it is counted with its bytes. */
  readonly excludes: (path: string, bytes: number) => boolean;
  /** Notes one skip for each glob that left something out, and starts anew. */
  readonly report: (note: Note) => void;
}

const NOTHING: Exclusion = { globFor: () => undefined, count: () => undefined, excludes: () => false, report: () => undefined };

/** Globs are in gitignore syntax and relative to the target's root; later ones win, `!` takes back. */
export function createExclusion(globs: readonly string[]): Exclusion {
  if (globs.length === 0) return NOTHING;
  const rules = ignore({ ignorecase: false, allowRelativePaths: true }).add([...globs]);
  const left = new Map<string, { count: number; bytes: number }>();
  const globFor = (path: string): string | undefined => {
    const result = rules.test(path);
    return result.ignored ? (result.rule?.pattern ?? '') : undefined;
  };
  const count = (glob: string, bytes: number): void => {
    const sum = left.get(glob) ?? { count: 0, bytes: 0 };
    left.set(glob, { count: sum.count + 1, bytes: sum.bytes + bytes });
  };
  return {
    globFor,
    count,
    excludes: (path, bytes) => {
      const glob = globFor(path);
      if (glob !== undefined) count(glob, bytes);
      return glob !== undefined;
    },
    report: (note) => {
      for (const [glob, { count: number, bytes }] of left) note({ type: 'skipped', skip: { what: glob, reason: 'excluded-glob', count: number, bytes } });
      left.clear();
    },
  };
}
