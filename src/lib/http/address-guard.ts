import ipaddr from 'ipaddr.js';

/** Ranges that `allowPrivate` opens. Multicast, unspecified, broadcast, NAT64, 6to4, reserved and the like stay shut. */
const OPENED_BY_ALLOW_PRIVATE: ReadonlySet<string> = new Set(['loopback', 'private', 'linkLocal', 'uniqueLocal', 'carrierGradeNat']);

/** Where cloud machines read their own credentials: never an issuing store, so never opened. */
const METADATA: ReadonlySet<string> = new Set(['169.254.169.254', '169.254.170.2', '169.254.170.23', '100.100.100.200', 'fd00:ec2::254', 'fd00:ec2::23']);

/** Today's global unicast IPv6 space (RFC 4291 section 2.4, IANA registry); what lies outside is not the Internet. */
const GLOBAL_UNICAST = '2000::/3';

export type AddressKind = 'public' | 'private' | 'forbidden';

/**
 * What an address may be used for: `public` always, `private` only when a store allows it, `forbidden` never.
 * An IPv4 address inside IPv6 (`::ffff:a.b.c.d`) counts as the IPv4 address. Anything that is no address is `forbidden`.
 */
export function kindOfAddress(text: string): AddressKind {
  if (text.includes('%') || !ipaddr.isValid(text)) return 'forbidden';
  const address = ipaddr.process(text);
  if (METADATA.has(address.toString())) return 'forbidden';
  const range = address.range();
  if (OPENED_BY_ALLOW_PRIVATE.has(range)) return 'private';
  if (range !== 'unicast') return 'forbidden';
  return address.kind() === 'ipv4' || (address as ipaddr.IPv6).match(ipaddr.IPv6.parseCIDR(GLOBAL_UNICAST)) ? 'public' : 'forbidden';
}

export type Admission = { readonly ok: true; readonly kind: 'public' | 'private' } | { readonly ok: false; readonly detail: string };

/**
 * Judges every address that a name resolved to. One bad address refuses the name: an answer that mixes public and
 * private addresses is how DNS rebinding begins. Details name the kind, not the address.
 */
export function admitAddresses(addresses: readonly string[], allowPrivate: boolean): Admission {
  if (addresses.length === 0) return { ok: false, detail: 'the host name has no address' };
  const kinds = new Set(addresses.map(kindOfAddress));
  if (kinds.has('forbidden')) return { ok: false, detail: 'the host has an address that no issuer can have (metadata service, multicast, unspecified, NAT64 or reserved)' };
  if (kinds.has('private') && !allowPrivate) return { ok: false, detail: 'the host is loopback, private or link-local, and the store does not say allow-private' };
  if (kinds.size > 1) return { ok: false, detail: 'the host name has public and private addresses at once' };
  return { ok: true, kind: kinds.has('private') ? 'private' : 'public' };
}

/** Host name as it is compared: lower case, without the root dot, with the port only if it is not the scheme's own. */
export function hostOf(url: URL): string {
  const name = url.hostname.replace(/\.$/, '');
  return url.port === '' ? name : `${name}:${url.port}`;
}

/** The IP address when the URL's host is one, else undefined. WHATWG parsing has made `0x7f.1` and `2130706433` plain already. */
export function literalAddress(url: URL): string | undefined {
  const bare = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  return ipaddr.isValid(bare) ? bare : undefined;
}
