import type { Rule } from '../model/index.ts';
import type { Checksum } from './checksum.ts';
import { CHECKSUMS } from './checksums/registry.ts';
import type { FactReader } from './fact-reader.ts';
import { FACT_READERS } from './facts/registry.ts';
import type { Validator } from './validator.ts';
import { VALIDATORS } from './validators/registry.ts';

/** A rule with what it names looked up. `expression` is global and has indices. */
export interface CompiledRule {
  readonly rule: Rule;
  readonly expression: RegExp;
  readonly checksum?: Checksum;
  readonly validator?: Validator;
  readonly facts?: FactReader;
}

const COMPILED = new WeakMap<Rule, CompiledRule>();

/** Once per rule object. Throws an Error when the rule names a unit that does not exist: a rule of `parseRules` never does. */
export function compileRule(rule: Rule): CompiledRule {
  const known = COMPILED.get(rule);
  if (known !== undefined) return known;
  const compiled = lookUp(rule);
  COMPILED.set(rule, compiled);
  return compiled;
}

function lookUp(rule: Rule): CompiledRule {
  const checksum = rule.checksum === undefined ? undefined : named(CHECKSUMS, rule.checksum, rule.id);
  const validator = rule.validator === undefined ? undefined : named(VALIDATORS, rule.validator, rule.id);
  const facts = rule.facts === undefined ? undefined : named(FACT_READERS, rule.facts, rule.id);
  return {
    rule,
    expression: new RegExp(rule.pattern, `${rule.flags}dg`),
    ...(checksum === undefined ? {} : { checksum }),
    ...(validator === undefined ? {} : { validator }),
    ...(facts === undefined ? {} : { facts }),
  };
}

function named<T>(units: ReadonlyMap<string, T>, name: string, ruleId: string): T {
  const unit = units.get(name);
  if (unit === undefined) throw new Error(`rule ${ruleId} names ${name}, which does not exist`);
  return unit;
}
