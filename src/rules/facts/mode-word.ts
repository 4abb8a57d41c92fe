import type { FactReader } from '../fact-reader.ts';

/** Words that issuers put into the head of a token that moves nothing real. */
const TEST = /(?:^|[_\-$.:])(?:test|tst|sandbox|sbox|sand|staging|hmlg|dev|preview|testnet|preprod)(?=[_\-$.:])/i;
const LIVE = /(?:^|[_\-$.:])(?:live|prod|production|mainnet)(?=[_\-$.:])/i;
const HEAD = 40;

export const factReader: FactReader = {
  id: 'mode-word',
  reads: 'Whether the head of the token says test (test, sandbox, staging …) or live (live, prod …).',
  read: (token) => {
    const head = token.slice(0, HEAD);
    if (TEST.test(head)) return { testMode: true };
    return LIVE.test(head) ? { testMode: false } : undefined;
  },
};
