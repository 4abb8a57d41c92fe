import type { FactReader } from '../fact-reader.ts';

/** Words that stand alone at the head of a token, between its separators. */
const TEST = /^(?:[a-z0-9]{1,12}[-_.:]){0,3}(?:test|testsk|sandbox|sbx|sdbx|dev|development|staging)[-_.:]/i;
const LIVE = /^(?:[a-z0-9]{1,12}[-_.:]){0,3}(?:live|prod|prd|production)[-_.:]/i;

export const factReader: FactReader = {
  id: 'mode-in-prefix',
  reads: 'Whether the prefix says test (test, sandbox, sbx, sdbx, dev, development, staging) or live (live, prod, prd, production), as payment and identity issuers write it.',
  read: (token) => {
    const head = token.slice(0, 48);
    if (TEST.test(head)) return { testMode: true };
    return LIVE.test(head) ? { testMode: false } : undefined;
  },
};
