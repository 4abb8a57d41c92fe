import type { Client, ParsedKey, PublicKeyEntry } from 'ssh2';
import type { ByteStream } from '../../model/index.ts';
import { sshFingerprint } from '../reading/ssh-public-key.ts';

/** What a server said of a public key that was shown to it (RFC 4252 section 7, the request without a signature). */
export interface Offer {
  /** `proof-wanted`: it would let the key in, if it were proved. `methods`: it refuses, and names what it would take. */
  readonly answer: { readonly is: 'proof-wanted' } | { readonly is: 'refused'; readonly methods: readonly string[] };
  /** `SHA256:…` of the key with which the server proved itself. */
  readonly hostKey: string;
}

/** Why there was no answer about the key. */
export class NoOffer extends Error {
  readonly why: 'malformed' | 'network' | 'tls';

  constructor(why: NoOffer['why'], detail: string) {
    super(detail);
    this.name = 'NoOffer';
    this.why = why;
  }
}

export interface OfferOptions {
  readonly user: string;
  /** Of `sshPublicKey`. */
  readonly publicKey: string;
  /** The host key that it must be; absent: any. */
  readonly hostKey?: string;
}

/**
 * Shows a public key to a server on an open connection and leaves before anything is proved: nobody signs in, nothing is
 * signed, and the private key is not even read here. Throws `NoOffer`.
 */
export async function offerKey(stream: ByteStream, { user, publicKey, hostKey }: OfferOptions): Promise<Offer> {
  const { BaseAgent, Client: SshClient, utils } = await import('ssh2');
  const kind = Buffer.from(publicKey, 'base64').toString('latin1', 4, 4 + Buffer.from(publicKey, 'base64').readUInt32BE(0));
  const key = utils.parseKey(`${kind} ${publicKey}`);
  if (key instanceof Error) throw new NoOffer('malformed', 'its public half is of a kind that is not offered here');
  const client: Client = new SshClient();
  let seen = '';
  try {
    return await new Promise<Offer>((resolve, reject) => {
      /** Is asked to sign when the server has taken the key, and does not. */
      class Shown extends BaseAgent<ParsedKey> {
        getIdentities(give: (error?: Error | null, keys?: PublicKeyEntry[] | ParsedKey[]) => void): void {
          give(null, [key as ParsedKey]);
        }

        sign(): void {
          resolve({ answer: { is: 'proof-wanted' }, hostKey: seen });
        }
      }
      let taken: readonly string[] | undefined;
      client.on('ready', () => reject(new NoOffer('malformed', 'the server let us in without any proof, so its word on the key means nothing')));
      client.on('error', (error) => reject(new NoOffer('network', reasonOf(error))));
      client.on('close', () => reject(new NoOffer('network', 'the server hung up before it answered')));
      client.connect({
        sock: stream as never,
        username: user,
        ident: 'tokenwarden',
        readyTimeout: 0,
        hostVerifier: (presented: Buffer) => {
          seen = sshFingerprint(presented.toString('base64'));
          if (hostKey === undefined || hostKey === seen) return true;
          reject(new NoOffer('tls', `the server proves itself with the host key ${seen}, not with the one that the store's URL names`));
          return false;
        },
        // First, as every client does, what the server would take at all; then the key; then there is nothing left.
        authHandler: (methods, _, next) => {
          const named = methods as readonly string[] | null;
          if (named === null && taken === undefined) next({ type: 'none', username: user });
          else if (taken === undefined && named?.includes('publickey') === true) next({ type: 'agent', username: user, agent: new Shown() });
          else resolve({ answer: { is: 'refused', methods: taken ?? named ?? [] }, hostKey: seen });
          taken ??= named ?? undefined;
        },
      });
    });
  } finally {
    client.on('error', () => undefined);
    client.destroy();
  }
}

/** The library's words, which name no secret: none was given to it. */
function reasonOf(error: Error): string {
  return `the conversation broke off: ${error.message.replace(/[^ -~]/g, '?').slice(0, 120)}`;
}
