import type { RespondPolicy } from '../../../src/model/index.ts';
import { makeKeyPair, readPrivateKey } from '../../../src/respond/index.ts';
import type { SigningKey } from '../../../src/respond/index.ts';

export const KEYS: Readonly<Record<'ana' | 'ben' | 'cem' | 'eve', SigningKey>> = { ana: key(), ben: key(), cem: key(), eve: key() };

function key(): SigningKey {
  return readPrivateKey(makeKeyPair().privatePem);
}

/** Ana, Ben (a responder) and Cem are listed, Eve is not. */
export function respondPolicy(more: Partial<RespondPolicy> = {}): RespondPolicy {
  return {
    required: 1,
    fourEyes: false,
    validForMs: 3_600_000,
    people: [
      { name: 'ana', key: KEYS.ana.publicKey, logins: ['ana-gh'], responder: false },
      { name: 'ben', key: KEYS.ben.publicKey, logins: [], responder: true },
      { name: 'cem', key: KEYS.cem.publicKey, logins: [], responder: false },
    ],
    rules: [],
    issuers: [],
    limit: { actions: 3, withinMs: 3_600_000 },
    protect: [],
    freeze: [],
    production: ['prod'],
    prefer: 'reversible',
    public: [],
    page: {},
    digest: '0'.repeat(64),
    ...more,
  };
}
