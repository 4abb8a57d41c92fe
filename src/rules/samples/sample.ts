import type { Sample } from '../../model/index.ts';
import { seededRandom } from '../seeded-random.ts';
import { writeRecipe } from './recipe.ts';

const DEFAULT_CONTEXT = 'token = "{}"';

/** A sample written out: the text, and where in it the token lies. */
export interface WrittenSample {
  readonly text: string;
  readonly token: string;
  readonly start: number;
}

/** The same bytes for the same rule id, seed and recipe on every machine. Throws an Error when the recipe is wrong. */
export function sampleOf(ruleId: string, sample: Sample): WrittenSample {
  const random = seededRandom(`${ruleId}:${sample.seed}`);
  const token = writeRecipe(sample.recipe, random);
  const [before = '', ...rest] = (sample.in ?? DEFAULT_CONTEXT).split('{}');
  if (rest.length !== 1) throw new Error('`in` needs exactly one {} where the token goes');
  const head = writeRecipe(before, random);
  return { text: head + token + writeRecipe(rest.join(''), random), token, start: head.length };
}
