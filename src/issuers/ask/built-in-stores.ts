import type { Issuer, Store } from '../../model/index.ts';
import { ISSUERS } from '../registry.ts';

export interface BuiltInOptions {
  /** Host of the scanned repository's `origin`. Only the two public forges count: a repository may name any host there. */
  readonly forgeHost?: string;
  /** The registry of the npm configuration of the person who runs us (not of the target). */
  readonly npmRegistry?: URL;
  /** Where the person who runs us uploads Python packages (`uploadUrl`). */
  readonly pypiUpload?: URL;
}

/** Gentle: nobody declared a pace for these. */
const REQUESTS_PER_SECOND = 5;

/**
 * Stores that need no configuration. GitHub, GitLab, npm and PyPI tokens also exist on hosts of one's own, so their public
 * hosts are asked only when the scanned forge, or the configuration of npm or twine, names them; a module with a `publicBaseUrl` has
 * but one host in the world.
 */
export function builtInStores(options: BuiltInOptions): readonly Store[] {
  const forge = options.forgeHost?.toLowerCase().replace(/\.$/, '');
  return [
    ...(forge === 'github.com' ? [store('github', 'https://api.github.com', ['github.com', 'githubusercontent.com'])] : []),
    ...(forge === 'gitlab.com' ? [store('gitlab', 'https://gitlab.com', ['gitlab.com'])] : []),
    ...(options.npmRegistry?.protocol === 'https:' ? [store('npm', options.npmRegistry.href, [options.npmRegistry.host])] : []),
    ...(options.pypiUpload?.protocol === 'https:' ? [store('pypi', options.pypiUpload.href)] : []),
    ...ISSUERS.flatMap(({ id, publicBaseUrl }) => (publicBaseUrl === undefined ? [] : [store(id, publicBaseUrl)])),
  ];
}

function store(id: string, url: string, ownHosts?: readonly string[]): Store {
  const issuer = ISSUERS.find((one): one is Issuer => one.id === id);
  return {
    id,
    type: id,
    baseUrl: new URL(url),
    claims: (issuer?.kinds ?? []).filter((rule) => rule !== '*').map((rule) => ({ rule })),
    allowPrivate: false,
    requestsPerSecond: REQUESTS_PER_SECOND,
    source: 'built-in',
    ...(ownHosts === undefined ? {} : { ownHosts }),
    ...(issuer?.publicEndpoints === undefined ? {} : { endpoints: Object.fromEntries(Object.entries(issuer.publicEndpoints).map(([name, value]) => [name, new URL(value)])) }),
  };
}
