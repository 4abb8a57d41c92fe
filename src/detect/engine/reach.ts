/** Bytes before a window's first anchor that lookbehinds and context may see. */
export const LOOK_BEHIND = 320;
/** No rule may look further ahead than this. */
export const MAX_AHEAD = 1 << 16;
/** Numbers for each rule in `Tables.reach`. */
export const REACH_WORDS = 3;
