import { createVerifier } from '../../../src/issuers/ask/index.ts';
import type { Verifier, VerifierOptions } from '../../../src/issuers/ask/index.ts';
import { createHttp } from '../../../src/lib/http/index.ts';
import type { Http, HttpOptions } from '../../../src/lib/http/index.ts';
import type { Store } from '../../../src/model/index.ts';

export interface RecordLine {
  readonly event: string;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly fingerprint?: string;
}

export interface Bench {
  readonly verifier: Verifier;
  readonly http: Http;
  readonly ledger: readonly RecordLine[];
}

export const NOW = new Date('2026-11-22T12:00:00Z');

/** A verifier with a frozen clock, no waiting and a ledger in memory. Close `http` afterwards. */
export function makeVerifier(options: Partial<VerifierOptions> & { readonly stores: readonly Store[]; readonly httpOptions?: Partial<HttpOptions> }): Bench {
  const { httpOptions, ...verifierOptions } = options;
  const http = createHttp({ userAgent: 'tokenwarden-test', timeoutMs: 5_000, ...httpOptions });
  const ledger: RecordLine[] = [];
  let clock = NOW.getTime();
  const verifier = createVerifier({
    http,
    now: () => new Date(clock),
    sleep: async (milliseconds, signal) => {
      signal?.throwIfAborted();
      clock += milliseconds;
      await Promise.resolve();
    },
    record: (event, detail, fingerprint) => ledger.push({ event, detail, ...(fingerprint === undefined ? {} : { fingerprint }) }),
    ...verifierOptions,
  });
  return { verifier, http, ledger };
}

export function makeStore(type: string, url: string, more: Partial<Store> = {}): Store {
  return { id: `test-${type}`, type, baseUrl: new URL(url), claims: [{ pattern: '[^]+' }], allowPrivate: true, requestsPerSecond: 1_000_000, source: 'configuration', ...more };
}
