import type { Environments, OwnerEntry, TokenEntry } from '../model/index.ts';
import type { LedgerConfig, RespondConfig, SlaConfig } from './respond-policy.ts';

/** Shape of `tokenwarden.yml` after validation: what the schema promises, in the file's own key names. */
export interface ConfigFile {
  /** Another file whose demands this one may only tighten. */
  readonly extends?: ExtendsConfig;
  /** Settings that whoever extends this file may loosen: `ignore`, `policy.stale`, `policy.max-lifetime.persistent`. */
  readonly delegates?: readonly string[];
  readonly salt?: string;
  readonly verify?: { readonly allow?: readonly string[]; readonly deny?: readonly string[] };
  readonly stores?: readonly StoreConfig[];
  /** By check id; the checks' own schemas validated it. Read by `src/policy/judge`. */
  readonly policy?: Readonly<Record<string, unknown>>;
  /** Paths of each environment. */
  readonly environments?: Environments;
  readonly owners?: readonly OwnerEntry[];
  readonly tokens?: readonly TokenConfig[];
  readonly grants?: readonly GrantConfig[];
  readonly rotations?: readonly RotationConfig[];
  readonly coverage?: { readonly accept?: readonly AcceptConfig[] };
  readonly rules?: RulesConfig | RulesConfig['kinds'];
  readonly respond?: RespondConfig;
  readonly sla?: SlaConfig;
  readonly ledger?: LedgerConfig;
}

/** Where the extended file is, and what its bytes hash to (SHA-256, hex). */
export type ExtendsConfig = { readonly sha256: string } & (
  | { /** Relative to the file that extends it. */ readonly file: string }
  | { /** https; nothing is sent there but the request. */ readonly url: string }
  | { /** `OWNER/NAME` at GitHub. */ readonly repository: string; readonly path: string; /** Whole object name. */ readonly commit: string }
);

/** One entry of `tokens:`. */
export type TokenConfig = Omit<TokenEntry, 'tokenId'> & { readonly 'token-id'?: string };

/** `rules:`; a bare list is its `kinds`. */
export interface RulesConfig {
  /** Valid by the schema of `src/rules/own/own-kind.ts`, which reads them. */
  readonly kinds?: readonly unknown[];
  /** Rule files, relative to the configuration file. */
  readonly files?: readonly string[];
  /** Ids of built-in rules that are not to run. */
  readonly disable?: readonly string[];
}

/** One entry of `stores:`. Names of environment variables stand in it, never their values. */
export interface StoreConfig {
  readonly id: string;
  /** Issuer module. */
  readonly type: string;
  readonly url: string;
  readonly claims: readonly ClaimConfig[];
  readonly auth?: AuthConfig;
  readonly endpoints?: Readonly<Record<string, string>>;
  readonly 'allow-private'?: boolean;
  readonly 'requests-per-second'?: number;
  /** `tokenwarden.yml:12:5` for a path inside the entry. Not in the file: added when it is read. */
  readonly placeOf?: (path: readonly (string | number)[]) => string;
}

/** All given parts must hold. */
export interface ClaimConfig {
  readonly rule?: string;
  readonly 'jwt-issuer'?: string;
  readonly pattern?: string;
  readonly host?: string;
}

export type AuthConfig =
  | { readonly method: 'none' }
  | { readonly method: 'client_secret_basic' | 'client_secret_post'; readonly 'client-id-env': string; readonly 'client-secret-env': string }
  | { readonly method: 'bearer'; readonly 'token-env': string };

export interface AcceptConfig {
  readonly path: string;
  readonly reason: string;
  readonly owner: string;
  /** `YYYY-MM-DD`; the gap is accepted to the end of that day in UTC. */
  readonly expires: string;
}

/** One entry of `grants:`: who may have which narrow credential. */
export interface GrantConfig {
  readonly store: string;
  readonly identities: readonly string[];
  readonly scopes: readonly string[];
  readonly 'max-ttl': string;
  readonly environments?: readonly string[];
  readonly with?: Readonly<Record<string, string>>;
}

/** One entry of `rotations:`. */
export interface RotationConfig {
  readonly name: string;
  readonly store: string;
  readonly rule: string;
  readonly scopes?: readonly string[];
  readonly lifetime?: string;
  readonly every?: string;
  readonly quiet?: string;
  readonly grace?: string;
  readonly accept?: readonly { readonly limit: string; readonly reason: string; readonly owner: string }[];
  /** Beside type, store, part and template, the parameters of the consumer's module. */
  readonly consumers: readonly (Readonly<Record<string, string>> & { readonly type: string })[];
}
