/**
 * Recall and precision over labelled lines of many languages: `node test/bench/accuracy/labelled/run.ts [SEED]` after
 * `npm run build`. Another seed gives other names and values in the same sentences. Prints a line for each language.
 */
import { builtEngine } from '../engine.ts';
import { labelledLines } from './labelled-lines.ts';

interface Tally {
  readonly credentials: number;
  readonly found: number;
  readonly wrong: number;
}

const engine = builtEngine();
const byLanguage = new Map<string, Tally>();
for (const { language, text, secrets } of labelledLines(process.argv[2] ?? 'bench', 8)) {
  const shown = (await engine.scan(`first\n${text}\nlast\n`)).filter(({ confidence }) => confidence !== 'low');
  const isFound = shown.some(({ value }) => secrets.some((secret) => value.includes(secret) || secret.includes(value)));
  const { credentials, found, wrong } = byLanguage.get(language) ?? { credentials: 0, found: 0, wrong: 0 };
  byLanguage.set(language, { credentials: credentials + (secrets.length > 0 ? 1 : 0), found: found + (isFound ? 1 : 0), wrong: wrong + (!isFound && shown.length > 0 ? 1 : 0) });
}

const percent = (part: number, whole: number): string => (whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`);
const print = (name: string, { credentials, found, wrong }: Tally): void => {
  console.log(`${name.padEnd(12)} recall ${percent(found, credentials).padStart(8)} of ${String(credentials).padStart(4)}, precision ${percent(found, found + wrong)}`);
};
for (const [language, tally] of byLanguage) print(language, tally);
const all = [...byLanguage.values()];
const sum = (of: (tally: Tally) => number): number => all.reduce((total, tally) => total + of(tally), 0);
print('all', { credentials: sum(({ credentials }) => credentials), found: sum(({ found }) => found), wrong: sum(({ wrong }) => wrong) });
