import { awsAccountBitsOf } from '../../lib/aws-account.ts';
import type { Credential } from '../../model/index.ts';

/**
 * AWS accounts whose keys exist to alert somebody when they are used: those of canarytokens.org and those of its
 * imitators, as the public list of known decoy accounts has them (trufflehog's documentation of canaries).
 */
const DECOY_ACCOUNTS: ReadonlySet<string> = new Set([
  ...['052310077262', '171436882533', '266735846894', '534261010715', '595918472158', '717712589309', '729780141977', '730335385048', '819147034852', '893192397702', '992382622183'],
  ...['044858866125', '251535659677', '344043088457', '351906852752', '390477818340', '426127672474', '427150556519', '439872796651', '445142720921', '465867158099', '637958123769', '693412236332', '732624840810', '735421457923', '959235150393', '982842642351'],
]);

/** Hosts of services that hand out decoys, and all below them: whatever is sent there is the alarm. */
const DECOY_HOSTS = ['canarytokens.org', 'canarytokens.com', 'canarytokens.net', 'canary.tools', 'o3n.io'];

const DECOY_URL = /(?:^|[/@.])(?:canarytokens\.(?:org|com|net)|canary\.tools|o3n\.io)(?=[/:?#]|$)/i;

/**
 * What makes a credential a known decoy, told by its own bytes and by where it says it is used; undefined for all others. A
 * decoy host counts when nothing else stands beside the credential: a line with one must not hide a live token.
 */
export function decoyOf(credential: Pick<Credential, 'secret' | 'companions' | 'hosts'>): string | undefined {
  const parts = [credential.secret, ...credential.companions.map(({ secret }) => secret)].map((secret) => secret.reveal());
  const account = parts.map(awsAccountBitsOf).find((one) => one !== undefined && DECOY_ACCOUNTS.has(one));
  if (account !== undefined) return `its AWS account ${account} belongs to a decoy service`;
  if (DECOY_URL.test(parts[0] ?? '')) return 'it names a host of a decoy service';
  const hosts = credential.hosts.map((host) => host.replace(/:\d+$/, '').replace(/\.$/, '').toLowerCase());
  return hosts.length > 0 && hosts.every(isDecoyHost) ? `it stands beside ${hosts[0] ?? ''}, a host of a decoy service` : undefined;
}

function isDecoyHost(host: string): boolean {
  return DECOY_HOSTS.some((name) => host === name || host.endsWith(`.${name}`));
}
