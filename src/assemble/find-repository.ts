import type { Repository } from '../model/index.ts';
import { homeOf } from '../sources/index.ts';

/** The repository that a folder lies in; undefined where there is none, or none that may be used. */
export function findRepository(folder: string): Repository | undefined {
  return homeOf(folder).repository;
}
