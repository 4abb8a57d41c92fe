import { homeOf } from '../sources/index.ts';

/** Where a target lies, so that places can be told to belong to it: its root as the scan names it, and what of the root it is (empty: all). Throws `TARGET_*`. */
export function sideAt(path: string): { readonly root: string; readonly scope: string } {
  const { root, path: scope } = homeOf(path);
  return { root, scope };
}
