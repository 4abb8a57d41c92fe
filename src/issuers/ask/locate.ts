import { hostOf } from '../../lib/http/address-guard.ts';
import type { Credential, Issuer, Store } from '../../model/index.ts';

/**
 * The built-in store at the regional host that the credential names, where the issuer's module lists that host. A
 * configured store stays where its configuration put it; any other host stays with the built-in one, which will say that
 * it does not know the credential.
 */
export function located(store: Store, issuer: Issuer, credential: Credential): Store {
  if (store.source !== 'built-in' || issuer.locate === undefined) return store;
  const url = issuer.locate({ ...credential, store });
  return url !== undefined && url.protocol === 'https:' && isListed(hostOf(url), issuer.regionalHosts ?? []) ? { ...store, baseUrl: url } : store;
}

/** Exact names, or `*.vendor.example` for any one or more labels below it. */
function isListed(host: string, hosts: readonly string[]): boolean {
  return hosts.some((listed) => (listed.startsWith('*.') ? /^[a-z0-9.-]+$/.test(host) && host.endsWith(listed.slice(1)) && host.length > listed.length - 1 : host === listed));
}
