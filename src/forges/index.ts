/** Servers that hold people's repositories, and what lies there beside the code. */
export type { Forge, ForgeGap, ForgeRepository, ForgeText, GitAccess, Refs } from './forge.ts';
export { isForgeTarget, openForge, requireForgeTarget, type ForgeSetup } from './open.ts';
