import type { Answer, Ask, Issuer, Particular, Store, Subject } from '../model/index.ts';
import { answerOf, openTo } from './exchange/database.ts';
import { isNamedByClaims } from './exchange/named-claims.ts';
import { NoOffer, offerKey } from './exchange/ssh-offer.ts';
import type { Offer } from './exchange/ssh-offer.ts';
import { active, inactive, unknown } from './reading/answers.ts';
import { sshFingerprint, sshPublicKey } from './reading/ssh-public-key.ts';

/**
 * One account of a server that speaks SSH: `ssh://host:22/USER`, with `?host-key=SHA256:…` where it must prove itself. The public
 * half of a key is shown to it, and its word read whether it would take a proof: nobody signs in, and nothing of the private
 * key leaves. How a key is taken back is the server's own affair (authorized_keys, RevokedKeys), so that is for a person.
 */
export const issuer: Issuer = {
  id: 'ssh',
  name: 'SSH server',
  kinds: ['private-key-openssh', 'private-key-rsa', 'private-key-ec', 'private-key-pkcs8', 'private-key-putty'],
  protocol: { schemes: ['ssh'], defaultPort: 22, parameters: { 'host-key': [/^SHA256:[A-Za-z0-9+/ ]{43}$/] } },
  proof: { how: 'real-server', reference: 'OpenSSH 9.2: public key authentication without a signature, authorized_keys (expiry-time), RevokedKeys; RFC 4252 section 7' },
  introspect: { method: 'publickey (offered, not proved)', run: introspect, particular },
};

const userOf = ({ baseUrl }: Store): string => decodeURIComponent(baseUrl.pathname.replace(/^\//, ''));

function particular({ secret, store }: Pick<Subject, 'secret' | 'store'>): Particular {
  if (!/^[A-Za-z0-9._@-]{1,64}$/.test(userOf(store))) return { impossible: { why: 'no-client-credentials', detail: `the URL of store "${store.id}" does not name the account: ssh://host:22/USER` } };
  return sshPublicKey(secret.reveal()) === undefined ? { impossible: { why: 'no-introspection', detail: 'its public half cannot be computed: it is under a passphrase, or of a kind that SSH does not use' } } : {};
}

async function introspect(ask: Ask): Promise<Answer> {
  const publicKey = sshPublicKey(ask.secret.reveal());
  if (publicKey === undefined) return unknown('malformed', 'its public half cannot be computed');
  // In a query a plus sign is a space.
  const hostKey = ask.store.baseUrl.searchParams.get('host-key')?.replaceAll(' ', '+');
  const outcome = await openTo<Answer>(ask, 'publickey', { mode: 'none' }, async (stream) => {
    try {
      return judge(ask, await offerKey(stream, { user: userOf(ask.store), publicKey, ...(hostKey === undefined ? {} : { hostKey }) }), sshFingerprint(publicKey), hostKey !== undefined);
    } catch (error) {
      if (error instanceof NoOffer) return unknown(error.why, error.message);
      throw error;
    }
  });
  return answerOf(outcome);
}

function judge(ask: Ask, { answer, hostKey }: Offer, fingerprint: string, isProven: boolean): Answer {
  const account = userOf(ask.store);
  if (answer.is === 'proof-wanted') return active({ sub: account, tokenId: fingerprint, notes: { 'host key': isProven ? `${hostKey}, as the store's URL says` : `${hostKey} (not proven: the store's URL names none)` } });
  if (!answer.methods.includes('publickey')) return unknown('ambiguous', `the server takes no public keys for this account (${answer.methods.join(', ').slice(0, 60)})`);
  if (!isProven) return unknown('ambiguous', 'the account does not take this key, says a server that did not prove itself: give the store\'s URL ?host-key=SHA256:…');
  return isNamedByClaims(ask) ? inactive('the account does not take this key: not authorized, expired or revoked there') : unknown('ambiguous', 'this account does not take the key: it may open another door, or none');
}
