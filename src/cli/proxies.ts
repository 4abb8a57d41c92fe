import type { ProxyEnvironment } from '../lib/http/index.ts';
import type { Io } from './io.ts';

/** The proxies that the environment names, in either case. */
export function proxiesOf(env: Io['env']): ProxyEnvironment {
  const proxy = (upper: string): string | undefined => env[upper.toLowerCase()] ?? env[upper];
  const entries = { https: proxy('HTTPS_PROXY'), http: proxy('HTTP_PROXY'), no: proxy('NO_PROXY') };
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined));
}
