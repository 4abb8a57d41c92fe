import { describe, expect, it } from 'vitest';
import { writeRecipe } from '../../../src/rules/samples/recipe.ts';
import { seededRandom } from '../../../src/rules/seeded-random.ts';
import { validator } from '../../../src/rules/validators/mixed-body.ts';

const keeps = (value: string): boolean => validator.judge({ value, before: '', after: '', line: value, groups: {} }).keep;
const make = (recipe: string, seed: number): string => writeRecipe(recipe, seededRandom(`mixed-body:${seed}`));

describe('mixed-body', () => {
  it.each(['persona_production_<uuid>', 'persona_sandbox_<base36:40>', 'prf_<base62:40>', 'pina_<upper36:60>', 'r8_<base62:37>', 'hawk.<base62:20>.<base62:20>'])('keeps %s, of a hundred at least 97', (recipe) => {
    const kept = Array.from({ length: 100 }, (_, seed) => keeps(make(recipe, seed))).filter(Boolean).length;
    expect(kept).toBeGreaterThanOrEqual(97);
  });

  it.each([
    'persona_production_preview_ready_for_all_users',
    'persona_production_wiring_broker_ruling_2026',
    'prf_compute_shader_dispatch_table',
    'hawk.configuration_manager.get_default_settings',
    'pina_getAuthenticationProviderForUser',
    'api_live.request_handler_for_documents',
    'r8_XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX',
    'prf_your_api_key_goes_here_0123',
  ])('drops %s', (value) => {
    expect(keeps(value)).toBe(false);
  });
});
