/** Bare clones of strangers' repositories, in a folder of bounded size. */
export { openCloneCache, type Clone, type CloneCache, type CloneCacheOptions, type CloneWanted } from './clone-cache.ts';
export { CloneError } from './trouble.ts';
