/** What earlier scans learned of things that have not changed since. Deleting it at any moment costs time and nothing else. */
export { openScanCache, type CacheOptions } from './open.ts';
export type { RuleSet } from './rule-sets.ts';
export type { Parted, ScanCache } from './scan-cache.ts';
