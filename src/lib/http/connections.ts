import { getCACertificates } from 'node:tls';
import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import type { Dispatcher } from 'undici';
import ipaddr from 'ipaddr.js';

/** Old ones are closed when a run has more open than this. */
const MAX_POOLS = 64;
const CONNECTIONS_PER_HOST = 8;

export interface Connections {
  /** A pool whose sockets go to exactly these addresses, whatever DNS says by then. */
  readonly direct: (origin: string, addresses: readonly string[]) => Promise<Dispatcher>;
  /** A pool that tunnels through a proxy of the operator's. */
  readonly proxied: (proxy: URL) => Promise<Dispatcher>;
  readonly close: () => Promise<void>;
}

export interface ConnectionOptions {
  readonly timeoutMs: number;
  /** More trusted certificates, PEM. */
  readonly ca?: string;
}

/** Keeps connections alive between requests, one pool per origin AND set of checked addresses. undici is loaded on first use. */
export function createConnections(options: ConnectionOptions): Connections {
  const pools = new Map<string, Promise<Dispatcher>>();
  // Said, because NODE_TLS_REJECT_UNAUTHORIZED=0 in an environment would hand credentials to whoever sits in between.
  const ca = { rejectUnauthorized: true, ...(options.ca === undefined ? {} : { ca: [...getCACertificates('default'), options.ca] }) };
  const shared = {
    connections: CONNECTIONS_PER_HOST,
    pipelining: 1,
    headersTimeout: options.timeoutMs,
    bodyTimeout: options.timeoutMs,
    maxHeaderSize: 32 * 1024,
  };

  const keep = (key: string, make: () => Promise<Dispatcher>): Promise<Dispatcher> => {
    const known = pools.get(key);
    if (known !== undefined) {
      pools.delete(key);
      pools.set(key, known);
      return known;
    }
    const pool = make();
    pools.set(key, pool);
    const [oldest] = pools;
    if (pools.size > MAX_POOLS && oldest !== undefined) {
      pools.delete(oldest[0]);
      void oldest[1].then((old) => old.close());
    }
    return pool;
  };

  return {
    direct: (origin, addresses) =>
      keep(`${origin} ${[...addresses].sort().join(' ')}`, async () => {
        const { Pool } = await import('./pools.ts');
        return new Pool(origin, { ...shared, connect: { ...ca, timeout: options.timeoutMs, lookup: pinned(addresses), autoSelectFamily: true } });
      }),
    proxied: (proxy) =>
      keep(`proxy ${proxy.href}`, async () => {
        const { ProxyAgent } = await import('./pools.ts');
        return new ProxyAgent({ ...shared, uri: proxy.href, requestTls: { ...ca, timeout: options.timeoutMs }, proxyTls: { ...ca, timeout: options.timeoutMs } });
      }),
    close: async () => {
      const all = [...pools.values()];
      pools.clear();
      await Promise.allSettled(all.map(async (pool) => (await pool).destroy()));
    },
  };
}

/** A `lookup` that answers with addresses that were checked before, so that there is no second question to DNS. */
export function pinned(addresses: readonly string[]): LookupFunction {
  const list: LookupAddress[] = addresses.map((address) => ({ address, family: ipaddr.parse(address).kind() === 'ipv6' ? 6 : 4 }));
  return (_hostname, options, callback) => {
    const first = list[0];
    if (first === undefined) callback(new Error('no checked address'), '', 4);
    else if (options.all === true) callback(null, list);
    else callback(null, first.address, first.family);
  };
}
