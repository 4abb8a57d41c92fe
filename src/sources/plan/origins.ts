import type { Origin } from '../../model/index.ts';

/** The outermost origin: the file, blob, log or stream that holds the archives around a member. */
export function storedOrigin(origin: Origin): Origin {
  return origin.kind === 'member' ? storedOrigin(origin.archive) : origin;
}

/** In how many archives an origin lies. */
export function memberDepth(origin: Origin): number {
  return origin.kind === 'member' ? 1 + memberDepth(origin.archive) : 0;
}

/** The same place inside another stored thing: what `resolve` learned of a blob holds for the members of it. */
export function withStored(origin: Origin, stored: Origin): Origin {
  return origin.kind === 'member' ? { ...origin, archive: withStored(origin.archive, stored) } : stored;
}
