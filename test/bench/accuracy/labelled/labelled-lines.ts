import { seededRandom } from '../../../../src/rules/seeded-random.ts';
import { FALSE_LINES } from './false-lines.ts';
import { TRUE_LINES } from './true-lines.ts';
import { fill } from './values.ts';

/** A line as reviewers of real repositories label them. */
export interface LabelledLine {
  readonly language: string;
  readonly template: string;
  readonly text: string;
  /** Empty where the line is no credential. */
  readonly secrets: readonly string[];
}

/** Every template `times` times with other names and values; the same lines for the same seed. */
export function labelledLines(seed: string, times: number): readonly LabelledLine[] {
  const make = ([language, template]: readonly [string, string], isTrue: boolean): readonly LabelledLine[] =>
    Array.from({ length: times }, (_, index) => {
      const { text, secrets } = fill(template, seededRandom(`${seed}:${language}:${template}:${index}`));
      return { language, template, text, secrets: isTrue ? secrets : [] };
    });
  return [...TRUE_LINES.flatMap((line) => make(line, true)), ...FALSE_LINES.flatMap((line) => make(line, false))];
}
