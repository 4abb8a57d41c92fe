import { setTimeout as delay } from 'node:timers/promises';
import type { Asker } from '../audit.ts';
import type { Issuing, Limit, Limitation, Limited, Revocation, StoreConfig, Verifier } from '../issuers/ask/index.ts';
import { fingerprintOf, type FingerprintKey } from '../lib/fingerprint.ts';
import type { ProxyEnvironment } from '../lib/http/index.ts';
import { leavesAlive, Secret, WardenError, type Action, type Credential, type Introspection, type Issued, type IssueWish, type KeptAnswers, type Mutation, type RepositoryFacts, type WriteRecord, type WriteTogether } from '../model/index.ts';

export interface IssuerSetup {
  readonly stores: readonly StoreConfig[];
  readonly allow: readonly string[];
  readonly deny: readonly string[];
  /** Values of environment variables that `stores` name. */
  readonly env: (name: string) => string | undefined;
  readonly fingerprintKey: FingerprintKey;
  readonly userAgent: string;
  readonly proxy: ProxyEnvironment;
  readonly now: () => Date;
  readonly record: WriteRecord;
  /** For questions: many lines at once. Default: `record`. */
  readonly recordTogether?: WriteTogether;
  readonly signal: AbortSignal;
  /** Answers of earlier runs that are still fresh; absent: every credential is asked about. */
  readonly kept?: KeptAnswers;
  /** Only say whom we would ask: no store needs its credentials. */
  readonly egressOnly: boolean;
}

/** The issuers, ready to be asked and to revoke. Nothing is contacted before a credential is given. */
export interface Issuers {
  readonly verifier: (forgeHost: string | undefined, onProgress: (done: number, total: number) => void) => Verifier;
  readonly asker: (repository: RepositoryFacts | undefined) => Asker;
  /** How the stores that were last asked would revoke a credential, or switch it off; sends nothing. */
  readonly revocation: (credential: Credential) => Revocation;
  readonly deactivation: (credential: Credential) => Revocation;
  /** How a living token would be limited there; sends nothing. */
  readonly limitation: (token: Limited, limit: Limit) => Limitation;
  /** How a token would be revoked by its id with our own credentials at its store; undefined where it cannot be. Sends nothing. */
  readonly revocationById: (store: string) => ById | undefined;
  /** How many requests a second a store allows; undefined for stores that nobody knows. */
  readonly requestsPerSecond: (store: string) => number | undefined;
  /** Asks and revokes for a plan: only at the store and host that the plan names. */
  readonly responder: () => Responder;
  /** Obtains and ends narrow credentials at the configured stores. */
  readonly issuing: () => BoundIssuing;
  /** A secret of our own, masked whole. */
  readonly makeSecret: (value: string) => Secret;
  readonly close: () => Promise<void>;
}

/** As `respond` takes it: secrets are wrapped by us. */
export type BoundIssuing = Omit<Issuing, 'obtain' | 'unseal'> & {
  readonly obtain: (storeId: string, wish: IssueWish) => Promise<Issued>;
  /** Wraps as `makeSecret` does, unless told otherwise. */
  readonly unseal: (storeId: string, id: string, sealed: string, wrap?: (value: string) => Secret) => Secret | undefined;
};

export type ById = NonNullable<ReturnType<Verifier['administrator']['revocationById']>>;

/** The part of `ApplyDeps` that talks to issuers. */
export interface Responder {
  readonly ask: (credential: Credential, action: Action) => Promise<Introspection>;
  readonly mutate: (credential: Credential, action: Action) => Promise<Mutation>;
  readonly byId: {
    readonly ask: (action: Action) => Promise<Introspection>;
    readonly mutate: (action: Action) => Promise<Mutation>;
  };
}

/** Throws `STORE_*` for stores that cannot be asked as they are configured. Client and issuers are loaded here: a scan needs none. */
export async function setUpIssuers(setup: IssuerSetup): Promise<Issuers> {
  const { allow, deny, now, record, signal } = setup;
  const [{ builtInStores, createVerifier, readStores, uploadUrl }, { createHttp, hostOf }, { defaultUrl }] = await Promise.all([import('../issuers/ask/index.ts'), import('../lib/http/index.ts'), import('registry-url')]);
  const makeSecret = (value: string): Secret => new Secret(value, fingerprintOf(setup.fingerprintKey, 'own', value), '********');
  const configured = readStores(setup.stores, {
    // Credentials of our own do not matter where nothing is sent, only that there would be some.
    env: (name) => setup.env(name) ?? (setup.egressOnly ? 'not needed' : undefined),
    makeSecret,
    isNeeded: ({ id, type }) => ![id, type].some((name) => deny.includes(name)) && (allow.length === 0 || [id, type].some((name) => allow.includes(name))),
  });
  const http = createHttp({ userAgent: setup.userAgent, proxy: setup.proxy });
  const sleep = async (milliseconds: number, stop?: AbortSignal): Promise<void> => {
    await delay(milliseconds, undefined, stop === undefined ? {} : { signal: stop });
  };

  // The library's default, not what an .npmrc says: a mirror issues no tokens, and the scanned folder may hold that file.
  const pypiUpload = await uploadUrl(setup.env);
  const builtIn = (forgeHost: string | undefined): ReturnType<typeof builtInStores> => builtInStores({ npmRegistry: new URL(defaultUrl), ...(pypiUpload === undefined ? {} : { pypiUpload }), ...(forgeHost === undefined ? {} : { forgeHost }) });
  const verifier: Issuers['verifier'] = (forgeHost, onProgress) => {
    return createVerifier({ stores: [...configured, ...builtIn(forgeHost)], allow, deny, http, now, sleep, record, ...(setup.recordTogether === undefined ? {} : { recordTogether: setup.recordTogether }), signal, onProgress, ...(setup.kept === undefined ? {} : { kept: setup.kept }) });
  };
  let latest: Verifier | undefined;
  const known = (): Verifier => latest ?? verifier(undefined, () => undefined);
  const asker: Issuers['asker'] = (repository) => {
    let tell = (_done: number, _total: number): void => undefined;
    const asking = verifier(hostOfRemote(repository), (done, total) => tell(done, total));
    latest = asking;
    return {
      egress: asking.egress,
      requests: asking.requests,
      list: (store) => ({ ...asking.administrator.listing(store), tokens: asking.administrator.list(store) }),
      // A built-in store has no credentials of our own, so it has no log for us.
      uses: (store, tokenId, since) => asking.administrator.uses(store, tokenId, since),
      verify(credentials, onProgress) {
        tell = onProgress;
        return asking.verify(credentials);
      },
    };
  };
  return {
    verifier,
    asker,
    revocation: (credential) => known().revocation(credential),
    deactivation: (credential) => known().deactivation(credential),
    limitation: (token, limit) => known().limiting.describe(token, limit),
    revocationById: (store) => (configured.some(({ id }) => id === store) ? known().administrator.revocationById(store) : undefined),
    requestsPerSecond: (store) => [...configured, ...builtIn(undefined)].find(({ id }) => id === store)?.requestsPerSecond,
    responder: () => responderOf(verifier, hostOf, now),
    issuing() {
      const { issuing } = verifier(undefined, () => undefined);
      return { ...issuing, obtain: (store, wish) => issuing.obtain(store, wish, makeSecret), unseal: (store, id, sealed, wrap = makeSecret) => issuing.unseal(store, id, sealed, wrap) };
    },
    makeSecret,
    close: () => http.close(),
  };
}

/** Forges whose built-in store a plan may name; all other stores are configured. */
const FORGES: ReadonlyMap<string, string> = new Map([
  ['github', 'github.com'],
  ['gitlab', 'gitlab.com'],
]);

function responderOf(verifier: Issuers['verifier'], hostOf: (url: URL) => string, now: () => Date): Responder {
  const verifiers = new Map<string | undefined, Verifier>();
  const verifierFor = ({ store }: Action): Verifier => {
    const forge = FORGES.get(store);
    const made = verifiers.get(forge) ?? verifier(forge, () => undefined);
    verifiers.set(forge, made);
    return made;
  };
  /** Why the plan's store is not where the credential would go now. */
  const elsewhere = (credential: Credential, action: Action): string | undefined => {
    const routed = verifierFor(action).route(credential);
    if ('notAttempted' in routed) return undefined;
    const { id, baseUrl } = routed.store;
    return id === action.store && hostOf(baseUrl) === action.host ? undefined : `the plan names the store ${action.store} at ${action.host}, but the configuration now says ${id} at ${hostOf(baseUrl)}`;
  };
  const limit = async (action: Action, token: { readonly credential: Credential } | { readonly store: string; readonly rule: string }): Promise<Mutation> => {
    const wanted = limitIn(action);
    const { limiting } = verifierFor(action);
    if (wanted === undefined || action.tokenId === undefined) return { status: 'refused', detail: 'the plan does not say to what which token would be limited' };
    const limited: Limited = { ...token, tokenId: action.tokenId };
    const way = limiting.describe(limited, wanted);
    if (!way.possible) return { status: 'refused', detail: way.why };
    if (!keepsPromise(action, way)) return { status: 'refused', detail: BROKEN_PROMISE };
    return way.host === action.host ? limiting.carryOut(limited, wanted) : { status: 'refused', detail: `the plan names ${action.host}, but the configuration now says ${way.host}` };
  };
  return {
    async ask(credential, action) {
      const detail = elsewhere(credential, action);
      if (detail !== undefined) return { status: 'notAttempted', why: 'not-allowed', detail, at: now(), method: 'none' };
      return verifierFor(action).ask(credential);
    },
    async mutate(credential, action) {
      const detail = elsewhere(credential, action);
      if (detail !== undefined) return { status: 'refused', detail };
      if (leavesAlive(action)) return limit(action, { credential });
      if (action.kind !== 'revoke' && action.kind !== 'deactivate') return { status: 'refused', detail: `no issuer is told to ${action.kind} a token` };
      const way = action.kind === 'revoke' ? verifierFor(action).revocation(credential) : verifierFor(action).deactivation(credential);
      if (way.possible && !keepsPromise(action, way)) return { status: 'refused', detail: BROKEN_PROMISE };
      return action.kind === 'revoke' ? verifierFor(action).revoke(credential) : verifierFor(action).deactivate(credential);
    },
    byId: {
      ask: (action) => askById(verifierFor(action).administrator, action, now),
      async mutate(action) {
        if (leavesAlive(action)) return limit(action, { store: action.store, rule: action.rule });
        const { administrator } = verifierFor(action);
        const way = administrator.revocationById(action.store);
        if (action.kind !== 'revoke') return { status: 'refused', detail: `by the id of a token it can only be revoked, not made to ${action.kind}` };
        if (way !== undefined && !keepsPromise(action, way)) return { status: 'refused', detail: BROKEN_PROMISE };
        if (action.tokenId === undefined || way === undefined) return { status: 'refused', detail: 'the store cannot be told by the id of a token as it is configured' };
        return way.host === action.host ? administrator.revokeById(action.store, action.tokenId) : { status: 'refused', detail: `the plan names ${action.host}, but the configuration now says ${way.host}` };
      },
    },
  };
}

/** To what a plan would limit a token. */
function limitIn({ kind, until, keep, scopes = [] }: Action): Limit | undefined {
  if (kind === 'shorten' && until !== undefined) return { kind, until: new Date(until) };
  return kind === 'narrow' && keep !== undefined ? { kind, keep, drop: scopes.filter((scope) => !keep.includes(scope)) } : undefined;
}

const BROKEN_PROMISE = 'the plan says that it can be undone, and at this store it cannot: whoever approved it approved something else';

/** Who approves a plan reads in it whether it can be undone; a plan is not believed about that. */
function keepsPromise(action: Pick<Action, 'reversible'>, way: { readonly reversible: boolean }): boolean {
  return !action.reversible || way.reversible;
}

/** Reads the store's list for one token. Only a whole list of others in which it is missing, or called inactive, proves that it is dead. */
async function askById(administrator: Verifier['administrator'], { store, host, tokenId }: Action, now: () => Date): Promise<Introspection> {
  let listing: { readonly host: string; readonly method: string };
  try {
    listing = administrator.listing(store);
  } catch (error) {
    if (!(error instanceof WardenError)) throw error;
    return { status: 'notAttempted', why: 'not-allowed', detail: error.message, at: now(), method: 'none' };
  }
  if (listing.host !== host) return { status: 'notAttempted', why: 'not-allowed', detail: `the plan names ${host}, but the configuration now says ${listing.host}`, at: now(), method: 'none' };
  const asked = { method: listing.method, store, host };
  const tokens = administrator.list(store);
  for (let others = 0; ; others += 1) {
    const next = await tokens.next();
    const at = now();
    if (next.done === true) {
      if (next.value.complete && others > 0) return { status: 'inactive', reason: 'the store does not list it any more', at, ...asked };
      if (next.value.complete) return { status: 'unknown', why: 'ambiguous', detail: 'the store lists nothing at all: perhaps our own credentials see nothing any more', at, ...asked };
      return { status: 'unknown', why: next.value.why, detail: `the list broke off: ${next.value.detail}`, at, ...asked };
    }
    if (next.value.tokenId !== tokenId) continue;
    const { status, facts } = next.value;
    await tokens.return({ complete: false, why: 'ambiguous', detail: 'found' });
    if (status === 'active') return { status, facts: { ...facts, tokenId }, at, ...asked };
    if (status === 'inactive') return { status, reason: 'the store lists it as no longer active', at, ...asked };
    return { status, why: 'ambiguous', detail: 'the store lists it without saying whether it is active', at, ...asked };
  }
}

function hostOfRemote(repository: RepositoryFacts | undefined): string | undefined {
  const { url } = repository ?? {};
  return url === undefined ? undefined : (URL.parse(url)?.hostname ?? undefined);
}
