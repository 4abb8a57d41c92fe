import { describe, expect, it } from 'vitest';
import { judgeValue } from '../../../src/rules/generic/judge-value.ts';
import { writeRecipe } from '../../../src/rules/samples/recipe.ts';
import { seededRandom } from '../../../src/rules/seeded-random.ts';

const TRIES = 300;

/** Share of values that are kept, of a word and then random characters. */
function kept(head: string, recipe: string): number {
  const values = Array.from({ length: TRIES }, (_, seed) => head + writeRecipe(recipe, seededRandom(`${head}${String(seed)}`)));
  return values.filter((value) => judgeValue('token', value, 'c_api_token', 'literal').keep).length / TRIES;
}

describe('words before a random value do not hide it', () => {
  it.each(['internalservice', 'InternalService', 'INTERNALSERVICE_', 'myserviceprod', 'tkredirself', 'internal_service_', 'acmecorp-live-', 'customerrelationshipmanagement', 'tk_of_the_production_cluster_'])('%s and 32 characters', (head) => {
    expect(kept(head, '<base62:32>')).toBeGreaterThan(0.97);
  });

  it('holds for 24 characters and for hexadecimal too', () => {
    expect(kept('internalservice', '<base62:24>')).toBeGreaterThan(0.9);
    expect(kept('customerrelationshipmanagement', '<hex:32>')).toBeGreaterThan(0.9);
  });
});

it.each([
  'internalServiceGetUserV2FromDatabase1',
  'internal-service-get-user-v2-from-database-1',
  'production_cluster_access_token_2024_backup',
  'com.example.service.TokenProviderV2Impl1',
  'customerrelationshipmanagementsystem2024',
  'INTERNAL_SERVICE_ACCESS_TOKEN_V2_NAME',
  'WindowsServer2019DatacenterCoreSmalldisk',
  'deployment-controller-6b8f9c-token-volume',
])('words alone are no token: %s', (value) => {
  expect(judgeValue('token', value, 'c_api_token', 'literal').keep).toBe(false);
});
