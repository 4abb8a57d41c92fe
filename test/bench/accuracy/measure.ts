import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeRecipe } from '../../../src/rules/samples/recipe.ts';
import { seededRandom } from '../../../src/rules/seeded-random.ts';
import type { Engine, EngineMatch } from './engine.ts';
import { CREDENTIAL_LINES } from './credential-lines.ts';
import type { IssuerSample } from './issuer-samples.ts';

/** A text with what should be found in it. */
export interface Case {
  /** What it is counted under. */
  readonly group: string;
  readonly file: string;
  readonly text: string;
  readonly secrets: readonly string[];
  /** Whose it is, where that is known. */
  readonly issuer?: string;
}

export interface Measured {
  readonly cases: number;
  /** Cases of which some secret was reported at medium or high confidence. */
  readonly found: number;
  /** … and by a rule of the right issuer. */
  readonly named: number;
  /** Reports that are none of the secrets. */
  readonly false: number;
}

export function issuerCases(samples: readonly IssuerSample[]): readonly Case[] {
  return samples.map(({ rule, form, file, text, token }) => ({ group: `${rule.anchorClass === 'context' ? 'known by a word' : 'telling shape'}: ${form}`, file, text, secrets: [token], issuer: rule.issuer }));
}

/** Each of the credential lines, `times` times with other secrets. */
export function lineCases(times: number): readonly Case[] {
  return CREDENTIAL_LINES.flatMap(([file, template]) =>
    Array.from({ length: times }, (_, seed) => {
      const random = seededRandom(`${file}:${template}:${seed}`);
      const secrets: string[] = [];
      const text = template.replace(/\{\{(.*?)\}\}/g, (_whole, recipe: string) => {
        const secret = writeRecipe(`<${recipe}>`, random);
        secrets.push(secret);
        return secret;
      });
      return { group: 'credential lines', file, text, secrets };
    }),
  );
}

const covers = (match: EngineMatch, secrets: readonly string[]): boolean => secrets.some((secret) => match.value.includes(secret) || secret.includes(match.value));

/** Runs the engine over every case at default confidence; groups in the order of the cases. */
export async function measure(engine: Engine, cases: readonly Case[], missed: (missing: Case) => void): Promise<ReadonlyMap<string, Measured>> {
  const groups = new Map<string, Measured>();
  for (const one of cases) {
    const matches = (await engine.scan(one.text, one.file)).filter(({ confidence }) => confidence !== 'low');
    const hits = matches.filter((match) => covers(match, one.secrets));
    if (hits.length === 0) missed(one);
    const before = groups.get(one.group) ?? { cases: 0, found: 0, named: 0, false: 0 };
    groups.set(one.group, {
      cases: before.cases + 1,
      found: before.found + (hits.length > 0 ? 1 : 0),
      named: before.named + (hits.some(({ rule }) => rule.issuer === one.issuer) ? 1 : 0),
      false: before.false + matches.length - hits.length,
    });
  }
  return groups;
}

/** Writes one file for each case, and returns its path for each, for scanners that read folders. */
export function writeCases(folder: string, cases: readonly Case[]): readonly string[] {
  rmSync(folder, { recursive: true, force: true });
  return cases.map(({ file, text }, index) => {
    const path = `${String(index).padStart(5, '0')}/${file}`;
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
    return path;
  });
}
