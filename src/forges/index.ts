/** Servers that hold people's repositories, and what lies there beside the code. */
export type { Forge, ForgeGap, ForgeRepository, ForgeRunItem, ForgeText, GitAccess, ListedRun, Refs, RunList, RunsWanted } from './forge.ts';
export { isForgeTarget, openForge, requireForgeTarget, serverOf, type ForgeSetup } from './open.ts';
