import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compileTables } from '../../../src/detect/engine/tables.ts';
import { Scanner } from '../../../src/detect/index.ts';
import type { Confidence, Rule } from '../../../src/model/index.ts';
import { StoredCatalogue } from '../../../src/rules/stored-catalogue.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** One match of the engine over a text, in UTF-16 offsets of its line. */
export interface EngineMatch {
  readonly rule: Rule;
  readonly confidence: Confidence;
  readonly value: string;
}

export interface Engine {
  readonly rules: readonly Rule[];
  readonly scan: (text: string, file?: string) => Promise<readonly EngineMatch[]>;
}

/** The engine and catalogue as `npm run build` made them. */
export function builtEngine(): Engine {
  const { rules } = new StoredCatalogue(readFileSync(`${root}dist/catalogue.jsonl`));
  const scanner = new Scanner(new WebAssembly.Module(readFileSync(`${root}dist/prefilter.wasm`)), rules, compileTables(rules));
  const ruleOf = new Map(rules.map((rule) => [rule.id, rule]));
  return {
    rules,
    scan: async (text, file = 'a.txt') => {
      const bytes = Buffer.from(text);
      let at = 0;
      const output = await scanner.scan({
        origin: { kind: 'file', path: file },
        read: (target) => {
          const part = bytes.subarray(at, at + target.length);
          target.set(part);
          at += part.length;
          return part.length;
        },
      });
      return output.matches.flatMap((match) => {
        const rule = ruleOf.get(match.ruleId);
        const value = Buffer.from(output.secrets.subarray(match.secret.offset, match.secret.offset + match.secret.length)).toString('utf8');
        return rule === undefined || rule.companionOnly ? [] : [{ rule, confidence: match.confidence, value }];
      });
    },
  };
}
