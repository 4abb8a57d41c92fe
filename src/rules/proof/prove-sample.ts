import type { Rule, Sample } from '../../model/index.ts';
import { createPathTest, pathOfSamples } from '../bound-paths.ts';
import type { CompiledRule } from '../compiled-rule.ts';
import { compileRule } from '../compiled-rule.ts';
import { examine } from '../examine.ts';
import { allMatches } from '../pattern/expression.ts';
import { matchOne } from '../reference-match.ts';
import { resolveOverlaps } from '../resolve-overlaps.ts';
import { sampleOf } from '../samples/sample.ts';

/** What the slow and obvious matcher says of one sample of a rule. */
export interface SampleProof {
  readonly found: boolean;
  /** Why it is not found, or as what it is. Holds nothing of the sample. */
  readonly why: string;
  /** The sample as a file would have it, and the token in it, latin1. */
  readonly text: string;
  readonly token: string;
}

/** Judges samples with all rules of a catalogue, as a scan would: a sample that another rule takes is not found. */
export class SampleJudge {
  readonly #all: readonly { readonly rule: CompiledRule; readonly anchors: readonly string[]; readonly isMeant: (path: string) => boolean }[];

  constructor(rules: readonly Rule[]) {
    this.#all = rules.map((rule) => ({ rule: compileRule(rule), anchors: rule.anchors.map((anchor) => anchor.toLowerCase()), isMeant: createPathTest(rule.paths ?? []) }));
  }

  judge(rule: Rule, sample: Sample): SampleProof {
    const written = sampleOf(rule.id, sample);
    const text = Buffer.from(written.text, 'utf8').toString('latin1');
    const start = Buffer.byteLength(written.text.slice(0, written.start));
    const token = Buffer.from(written.token, 'utf8').toString('latin1');
    const end = start + token.length;
    const folded = text.toLowerCase();
    const path = pathOfSamples(rule) ?? '';
    const candidates = this.#all.filter((one) => one.isMeant(path) || one.anchors.some((anchor) => folded.includes(anchor)));
    const matches = resolveOverlaps(candidates.flatMap((one) => matchOne(one.rule, text)));
    const own = matches.filter((match) => match.rule.id === rule.id);
    const whole = own.find((match) => match.start === start && match.end === end);
    if (whole !== undefined) return { found: true, why: `as ${rule.id} with ${whole.confidence} confidence`, text, token };
    const [part] = own;
    if (part !== undefined) return { found: false, why: `the rule finds other bytes: ${part.end - part.start} from the ${part.start - start + 1}. of the token on, not its ${token.length}`, text, token };
    const winner = matches.find((match) => match.start < end && match.end > start);
    const alone = matchOne(compileRule(rule), text);
    if (winner !== undefined && alone.length > 0) return { found: false, why: `the rule ${winner.rule.id} takes it (${rule.companions.some(({ required }) => required) ? 'perhaps because a part that is required is not beside it; ' : ''}priority ${winner.rule.priority} against ${rule.priority}, ${winner.confidence} confidence)`, text, token };
    return { found: false, why: this.#whyNot(rule, text, folded), text, token };
  }

  #whyNot(rule: Rule, text: string, folded: string): string {
    const compiled = compileRule(rule);
    const dropped = [...allMatches(compiled.expression, text)].flatMap((match) => {
      const examination = examine(compiled, text, match);
      return 'dropped' in examination ? [examination.dropped] : [];
    });
    if (dropped.length > 0) return `its pattern matches, but ${[...new Set(dropped)].join('; ')}`;
    if (rule.paths === undefined && !rule.anchors.some((anchor) => folded.includes(anchor.toLowerCase()))) return 'none of its anchors stands in it, and its pattern does not match';
    return 'its pattern does not match';
  }
}
