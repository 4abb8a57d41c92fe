import type { Introspection, Mutation, OfflineFacts } from '../../../src/model/index.ts';

/** One file of `fixtures/issuers/<issuer>/`. Placeholders (in requests, their paths, answers and `expect`): `{{token}}`, `{{token:5...4}}` (shortened in the middle), `{{token:16}}` and `{{token:-8}}` (its first or last characters), `{{sha256}}` (of the token, hex), `{{auth}}` and `{{basic}}` (our own credentials), `{{origin}}`, `{{host}}`, `{{now+SECONDS}}` (epoch), `{{base64:TEXT}}` (filled first, then encoded),
 * `{{new}}` (a replacement that the issuer gives; `{{new:PREFIX}}` with a head), `{{ssh-host-key}}` (fingerprint of the played server's key). */
export interface RecordedFile {
  /** Where the answers come from: a recording, or the issuer's document. */
  readonly source: string;
  readonly cases: readonly RecordedCase[];
}

export interface RecordedCase {
  readonly name: string;
  readonly rule: string;
  /** Assembled at run time, so that no token-shaped string lies in the repository. */
  readonly token: { readonly prefix: string; readonly length: number; readonly suffix?: string } | { readonly jwt: Readonly<Record<string, unknown>>; /** Signs with ES256 instead of a random HMAC key; the public key is `{{jwk-x}}`, `{{jwk-y}}`. */ readonly kid?: string } | { /** An RSA private key; `{{certificate}}` certifies it, `{{certificate:other}}` another one, `{{ssh-key}}` and `{{ssh-fingerprint}}` are its public half, `{{key-file:EMAIL KEY_ID}}` is a new key file in base64 whose key is `{{new}}`. */ readonly pem: 'rsa' };
  /** Other parts of the credential, by name: literal ids (`text`), or made like `token`. In exchanges: `{{NAME}}`. */
  readonly companions?: Readonly<Record<string, { readonly text: string } | { readonly prefix: string; readonly length: number }>>;
  /** What its rule reads of it, or around it, without asking. `expiresAt` is an instant or `never`. */
  readonly facts?: Pick<OfflineFacts, 'subject' | 'notes' | 'scopes'> & { readonly expiresAt?: string };
  /** Hosts that stand beside the token. */
  readonly hosts?: readonly string[];
  readonly auth?: { readonly method: 'bearer' | 'client_secret_basic' | 'client_secret_post'; readonly id?: string } | null;
  readonly endpoints?: Readonly<Record<string, string>>;
  /** Path of the store's URL, where it says more than the host. */
  readonly base?: string;
  /** In order. Nothing else may be asked. */
  readonly exchanges: readonly { readonly request: RecordedRequest; readonly response: RecordedResponse }[];
  /** For `rotate.json`: what is asked for; `expiresAt` is an instant. */
  readonly wish?: { readonly scopes?: readonly string[]; readonly expiresAt?: string; readonly name?: string };
  /** For `revoke-by-id.json`, `uses.json`, `shorten.json` and `narrow.json`. */
  readonly tokenId?: string;
  /** For `shorten.json` and `narrow.json`. */
  readonly limit?: { readonly until?: string; readonly keep?: readonly string[]; readonly drop?: readonly string[] };
  /** For them: the token was merely listed. */
  readonly listed?: true;
  /** For `uses.json`: an instant. */
  readonly since?: string;
  /**
   * What it comes to. `list.json`: `{ tokens, end }`; `uses.json`: `{ uses, end }`; `rotate.json`: `{ status, oldLives, facts,
   * secret }`, where `secret` is a placeholder of the answer, `{{new}}` for a made-up replacement.
   */
  readonly expect: Partial<Introspection> | Partial<Mutation> | Readonly<Record<string, unknown>>;
}

export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly form?: Readonly<Record<string, string>>;
}

/**
 * Issuers that do not speak HTTP are asked in the same form. `SIGN-IN`: `path` is `user@database` (PostgreSQL), `user` (MySQL), and
 * `headers.password` what it signs in with; `SQL`: `path` is how the statement begins; `REDIS`: `path` is the command, its
 * words between spaces. SSH: `SIGN-IN` of `none USER`, `publickey USER`; `refused.code` is what the server would take. They answer with `body` (rows, or the value of Redis; nothing is "done") or `refused`.
 */
export interface RecordedResponse {
  /** SQLSTATE or number of the error, or the words of Redis; `routine` as PostgreSQL names it. */
  readonly refused?: { readonly code: string; readonly routine?: string };
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly text?: string;
  readonly hang?: boolean;
}
