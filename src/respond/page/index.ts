/** Whom something is told when no machine may act, or when one person acted alone. */
export { pageOfBrokenGlass, pageText, pagesFor } from './page.ts';
export type { Held, Page } from './page.ts';
export { readReviews } from './reviews.ts';
export type { Review } from './reviews.ts';
