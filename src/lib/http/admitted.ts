import { lookup } from 'node:dns/promises';
import { admitAddresses, literalAddress } from './address-guard.ts';
import { proxyFor, type ProxyEnvironment } from './proxy.ts';

export type Admitted =
  | { readonly ok: true; /** Empty behind a proxy, which resolves by itself. */ readonly addresses: readonly string[]; readonly proxy?: URL }
  | { readonly ok: false; readonly detail: string };

/** Judges a URL's host as the client would, for a program that opens its own connections and has to be told where to. Plain http only with `allowPrivate`, to private addresses. */
export async function admitHost(url: URL, allowPrivate: boolean, environment: ProxyEnvironment): Promise<Admitted> {
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && allowPrivate)) return { ok: false, detail: 'only https is spoken, or http to a private server that was configured' };
  const proxy = proxyFor(url, environment);
  const literal = literalAddress(url);
  const found = literal === undefined ? await lookup(url.hostname, { all: true, verbatim: true }).then((all) => all.map(({ address }) => address), () => undefined) : [literal];
  if (found === undefined) return proxy === undefined ? { ok: false, detail: 'the host name is not known' } : { ok: true, addresses: [], proxy };
  const admission = admitAddresses(found, allowPrivate);
  if (!admission.ok) return admission;
  if (url.protocol === 'http:' && admission.kind === 'public') return { ok: false, detail: 'plain http over the Internet would send the credential in clear' };
  return { ok: true, addresses: proxy === undefined ? found : [], ...(proxy === undefined ? {} : { proxy }) };
}
