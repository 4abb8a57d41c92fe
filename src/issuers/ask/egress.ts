import { hostOf } from '../../lib/http/address-guard.ts';
import type { Credential, EgressLine, Store } from '../../model/index.ts';
import type { Routed } from './route.ts';

/** What would leave the machine: unique credentials by host, rule and store, sorted. */
export function egressOf(credentials: readonly Credential[], route: (credential: Credential) => Routed): readonly EgressLine[] {
  const lines = new Map<string, { readonly line: Omit<EgressLine, 'credentials'>; readonly fingerprints: Set<string> }>();
  for (const credential of credentials) {
    const routed = route(credential);
    if ('notAttempted' in routed) continue;
    for (const host of hostsOf(routed.store)) {
      const line = { host, rule: credential.rule.id, store: routed.store.id };
      const key = [line.host, line.rule, line.store].join('\n');
      const entry = lines.get(key) ?? { line, fingerprints: new Set<string>() };
      entry.fingerprints.add(credential.fingerprint);
      lines.set(key, entry);
    }
  }
  return [...lines].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, { line, fingerprints }]) => ({ ...line, credentials: fingerprints.size }));
}

/** A built-in store may ask on the issuer's further hosts (its regions, its login host); which of them depends on what the first one answers, so all are named. */
function hostsOf(store: Store): readonly string[] {
  const further = store.source === 'built-in' ? Object.values(store.endpoints ?? {}) : [];
  return [...new Set([askedUrl(store), ...further].map(hostOf))];
}

/** Where the credential itself goes when it is asked about. */
export function askedUrl(store: Store): URL {
  return store.endpoints?.['introspection'] ?? store.baseUrl;
}
