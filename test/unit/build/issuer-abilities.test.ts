import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readAbilities, type Abilities } from '../../../src/build/issuer-abilities.ts';
import { ISSUERS } from '../../../src/issuers/registry.ts';

const abilities = await readAbilities(fileURLToPath(new URL('../../../', import.meta.url)));
const count = (has: (one: Abilities) => boolean): number => abilities.filter(has).length;

describe('what issuers can be asked and told', () => {
  it.each([
    ['asked about', ({ asked }: Abilities) => asked, 100],
    ['read scopes of', ({ scopes }: Abilities) => scopes, 60],
    ['read the expiry of', ({ expiry }: Abilities) => expiry, 50],
    ['read the last use of', ({ lastUse }: Abilities) => lastUse, 25],
    ['revoked', ({ revoke }: Abilities) => revoke, 60],
    ['replaced', ({ rotate }: Abilities) => rotate, 30],
  ])('kinds that can be %s are as many as we promise', (_, has, promised) => {
    expect(count(has)).toBeGreaterThanOrEqual(promised);
  });

  it('is asked at as many stores as we promise, and listed at as many', () => {
    expect(new Set(abilities.filter(({ asked }) => asked).map(({ issuer }) => issuer.id)).size).toBeGreaterThanOrEqual(60);
    expect(ISSUERS.filter(({ list }) => list !== undefined).length).toBeGreaterThanOrEqual(12);
  });
});
