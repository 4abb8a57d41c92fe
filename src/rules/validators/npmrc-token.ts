import { readJwt } from '../encoding/jwt.ts';
import { factsOfClaims } from '../encoding/jwt-facts.ts';
import { notASecret } from '../generic/not-a-secret.ts';
import { hasSealedPrefix } from '../generic/sealed-prefix.ts';
import { wordiness } from '../generic/wordiness.ts';
import type { Validator } from '../validator.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export const validator: Validator = {
  id: 'npmrc-token',
  demands: 'No variable or placeholder. A JWT must decode; what else stands there is the registry\'s own form.',
  judge: ({ value }) => {
    if (value.length > 4096) return { keep: false, features: { token: 'too long' } };
    const jwt = value.startsWith('eyJ') ? readJwt(value) : undefined;
    if (jwt !== undefined) return { keep: true, features: { token: 'JWT' }, facts: factsOfClaims(jwt) };
    if (UUID.test(value)) return { keep: !/^([0-9a-f])\1{7}/i.test(value), confidence: 'medium', features: { token: 'UUID of the old npm form' } };
    if (hasSealedPrefix(value)) return { keep: false, features: { token: 'another kind\'s prefix' } };
    const reason = notASecret(value, '_authToken');
    if (reason !== undefined) return { keep: false, features: { token: reason } };
    if (!/[0-9]/.test(value) || wordiness(value) > 0.5) return { keep: false, features: { token: 'made of words' } };
    return { keep: true, confidence: value.length >= 24 ? 'high' : 'medium', features: { token: 'opaque' } };
  },
};
