import type { Rule, Sample } from '../model/index.ts';
import { leadOf } from './pattern/lead.ts';
import { withBoundary } from './boundary.ts';
import { judgeRule } from './judge-rule.ts';
import { reachOf } from './pattern-reach.ts';
import type { PatternReach } from './pattern-reach.ts';
import type { RuleProblem } from './rule-error.ts';
import { ruleError } from './rule-error.ts';
import { readRuleFile } from './rule-file.ts';
import type { KindEntry, RuleFile, SampleEntry } from './rule-file-types.ts';
import { CONTEXT_BYTES } from './validator.ts';

/**
 * The rules of one YAML file, defaults filled in, each checked: its pattern compiles, its samples can be made and hold an
 * anchor, the units it names exist. Throws `RULE_INVALID` with file, line, column and nearest spelling of every problem.
 */
export function parseRules(text: string, fileName: string): readonly Rule[] {
  const { file, problemAt } = readRuleFile(text, fileName);
  const problems: RuleProblem[] = [];
  const rules: Rule[] = [];
  for (const [index, kind] of file.kinds.entries()) {
    const at = (key: string, message: string): void => {
      problems.push(problemAt(['kinds', index, ...(key === '' ? [] : key.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part)))], message));
    };
    const rule = toRule(file, kind, at);
    if (rule === undefined) continue;
    if (rules.some(({ id }) => id === rule.id)) at('id', `rule id "${rule.id}" is used twice`);
    judgeRule(rule, at);
    rules.push(rule);
  }
  if (problems.length > 0) throw ruleError(fileName, problems);
  return rules;
}

/** Tells a problem at a dotted path inside the kind. */
export type Complain = (key: string, message: string) => void;

/** A valid entry as a rule, defaults filled in; undefined after a complaint about its pattern. */
export function toRule(file: Pick<RuleFile, 'issuer' | 'name'>, kind: KindEntry, at: Complain): Rule | undefined {
  const flags = kind.flags ?? '';
  const pattern = withBoundary(kind.pattern, kind.boundary ?? 'word');
  let reach: PatternReach;
  try {
    reach = reachOf(pattern, flags);
    new RegExp(pattern, flags);
  } catch (error) {
    at('pattern', `is not a JavaScript regular expression: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
  const context = kind.validator === undefined ? 0 : CONTEXT_BYTES;
  const lead = kind.lead ?? (kind['window-before'] === undefined ? (headLead(kind.anchors, reach) ?? leadOf(pattern, flags, kind.anchors)) : undefined);
  return {
    id: kind.id,
    issuer: file.issuer,
    issuerName: file.name,
    name: kind.name,
    tokenType: kind.type,
    lifetime: kind.lifetime,
    pattern,
    flags,
    anchors: kind.anchors,
    ...(kind.paths === undefined ? {} : { paths: kind.paths }),
    anchorClass: kind['anchor-class'] ?? 'shaped',
    windowBefore: kind['window-before'] ?? (lead ?? anchorOffset(kind.anchors, reach)) + Math.max(reach.before, context),
    windowAfter: kind['window-after'] ?? reach.length + context + 1,
    ...(lead === undefined ? {} : { lead }),
    ...(kind.checksum === undefined ? {} : { checksum: kind.checksum }),
    ...(kind.validator === undefined ? {} : { validator: kind.validator }),
    ...(kind.facts === undefined ? {} : { facts: kind.facts }),
    ...(kind['min-entropy'] === undefined ? {} : { minEntropy: kind['min-entropy'] }),
    confidence: kind.confidence,
    publicPrefix: kind['public-prefix'] ?? reach.head,
    companions: (kind.companions ?? []).map((companion) => ({
      name: companion.name,
      rule: companion.rule,
      withinBytes: companion['within-bytes'] ?? 1024,
      required: companion.required ?? false,
    })),
    priority: kind.priority ?? 0,
    companionOnly: kind['companion-only'] ?? false,
    opens: kind.opens,
    revokeByHand: kind['revoke-by-hand'],
    references: kind.references,
    since: kind.since ?? '0.1.0',
    examples: kind.examples.map(toSample),
    nearMisses: kind['near-misses'].map(toSample),
  };
}

/** How far into a match its anchor can lie: 0 when every anchor is (part of) the constant head. */
function anchorOffset(anchors: readonly string[], reach: PatternReach): number {
  const head = reach.head.toLowerCase();
  const offsets = anchors.map((anchor) => (anchor.length > 0 ? head.indexOf(anchor.toLowerCase()) : -1));
  return offsets.includes(-1) ? reach.length : Math.max(0, ...offsets);
}

/** Where the first anchor begins in the constant head; undefined where none does. What `leadOf` gives, for most patterns, in no time. */
function headLead(anchors: readonly string[], { head }: PatternReach): number | undefined {
  const places = anchors.map((anchor) => head.toLowerCase().indexOf(anchor.toLowerCase())).filter((at) => at !== -1);
  return places.length === 0 ? undefined : Math.min(...places);
}

function toSample(entry: SampleEntry, index: number): Sample {
  if (typeof entry === 'string') return { recipe: entry, seed: index };
  return {
    recipe: entry.recipe,
    seed: entry.seed ?? index,
    ...(entry.in === undefined ? {} : { in: entry.in }),
    ...(entry.why === undefined ? {} : { why: entry.why }),
  };
}
