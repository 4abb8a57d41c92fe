import type { OfflineFacts } from './credential.ts';
import type { Origin, Region, Role } from './location.ts';
import type { Confidence } from './rule.ts';

/** Bytes [start, end) of a blob. */
export interface ByteSpan {
  readonly start: number;
  readonly end: number;
}

/** A slice of `ScanOutput.secrets`, UTF-8. */
export interface SecretSlice {
  readonly offset: number;
  readonly length: number;
}

/**
 * What a worker returns for a match: plain, structured-clonable data. The plaintext travels beside it as bytes in
 * one transferable buffer (a class instance would not survive the message); the main thread builds the `Secret`.
 */
export interface RawMatch {
  readonly ruleId: string;
  readonly origin: Origin;
  readonly region: Region;
  readonly role: Role;
  readonly secret: SecretSlice;
  /** Where the secret stands in the blob, byte for byte. Absent: it stands there encoded, or in text that was transcoded. */
  readonly span?: ByteSpan;
  readonly companions: readonly { readonly name: string; readonly secret: SecretSlice; readonly region: Region; readonly span?: ByteSpan }[];
  readonly confidence: Confidence;
  readonly facts?: OfflineFacts;
  readonly entropyBits: number;
  readonly features: Readonly<Record<string, string>>;
  /** Hosts that stand beside the token (an .npmrc line, a URL); lower case, with port if one is given. */
  readonly hosts: readonly string[];
  /** See `Location.plainHosts`. */
  readonly plainHosts?: readonly string[];
  /** SHA-256 hex of the text around the secret without it: identity of low-entropy secrets under a public key. */
  readonly contextHash: string;
}

export interface ScanOutput {
  readonly matches: readonly RawMatch[];
  readonly secrets: Uint8Array;
}
