import { WardenError } from '../../model/index.ts';
import { hostOf, literalAddress, kindOfAddress } from './address-guard.ts';

/** Values of HTTPS_PROXY, HTTP_PROXY and NO_PROXY, read by the shell. */
export interface ProxyEnvironment {
  readonly https?: string;
  readonly http?: string;
  readonly no?: string;
}

/**
 * The proxy for a URL, or undefined to connect directly. Loopback never goes through a proxy. `NO_PROXY` holds names
 * (which cover their subdomains), `.names`, `host:port` or `*`, as curl has it.
 */
export function proxyFor(url: URL, environment: ProxyEnvironment): URL | undefined {
  const configured = url.protocol === 'https:' ? environment.https : environment.http;
  if (configured === undefined || configured.trim() === '') return undefined;
  if (isLoopback(url) || isExcepted(url, environment.no ?? '')) return undefined;
  const name = url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const parsed = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(configured) ? configured : `http://${configured}`);
  if (parsed === null || (parsed.protocol !== 'http:' && parsed.protocol !== 'https:') || parsed.hostname === '') {
    // The value is not repeated: it may hold a password.
    throw new WardenError('HTTP_PROXY_INVALID', `${name} is not the URL of an HTTP proxy, so no issuer can be asked through it.`, {
      hint: `Set ${name} to http://host:port, or unset it.`,
    });
  }
  return parsed;
}

function isLoopback(url: URL): boolean {
  const name = url.hostname.replace(/\.$/, '');
  if (name === 'localhost' || name.endsWith('.localhost')) return true;
  const literal = literalAddress(url);
  return literal !== undefined && kindOfAddress(literal) === 'private' && /^(127\.|::1$|::ffff:7f)/.test(literal);
}

function isExcepted(url: URL, list: string): boolean {
  const name = url.hostname.replace(/\.$/, '');
  return list
    .split(',')
    .map((entry) => entry.trim().toLowerCase())
    .filter((entry) => entry !== '')
    .some((entry) => {
      if (entry === '*' || entry === name || entry === hostOf(url)) return true;
      const suffix = entry.replace(/^\*?\.?/, '.');
      return suffix.length > 1 && name.endsWith(suffix);
    });
}
