import type { RandomAccess, Read } from '../read/byte-source.ts';

/** One file in an archive. Valid until the next one is asked for. */
export interface Member {
  /** As the archive has it: not to be trusted, see `memberPath`. */
  readonly name: string;
  readonly sizeBytes?: number;
  readonly read: Read;
  /** No file, but bytes that are scanned as they are, whatever they begin with. */
  readonly isRaw?: true;
  /** Where its bytes can be had in any order at no cost. */
  readonly random?: () => RandomAccess;
}

/** A member's path for people and for reading it again: relative, without `.` and `..`. */
export function memberPath(name: string): string {
  const parts = name.split(/[/\\]/).filter((part) => part !== '' && part !== '.' && part !== '..');
  return parts.length === 0 ? '(unnamed)' : parts.join('/');
}
