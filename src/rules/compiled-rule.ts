import type { Rule } from '../model/index.ts';
import { splitBoundary } from './boundary.ts';
import type { Checksum } from './checksum.ts';
import { CHECKSUMS } from './checksums/registry.ts';
import { exceptionOf, type Exception } from './exception.ts';
import type { FactReader } from './fact-reader.ts';
import { FACT_READERS } from './facts/registry.ts';
import type { Expression } from './pattern/expression.ts';
import { linearExpression } from './pattern/linear-engine.ts';
import type { Scout, Validator } from './validator.ts';
import { VALIDATORS } from './validators/registry.ts';

/** A rule with what it names looked up. `expression` is global and has indices. */
export interface CompiledRule {
  readonly rule: Rule;
  readonly expression: Expression;
  /** What the validator's scout looks at first; global, its first group is the name. It begins and ends where the expression's matches do. */
  readonly scout?: { readonly expression: RegExp; readonly mayKeep: Scout['mayKeep'] };
  readonly checksum?: Checksum;
  readonly validator?: Validator;
  readonly facts?: FactReader;
  readonly exception?: Exception;
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
    expression: expressionOf(rule),
    ...scoutOf(rule, validator),
    ...(checksum === undefined ? {} : { checksum }),
    ...(validator === undefined ? {} : { validator }),
    ...(facts === undefined ? {} : { facts }),
    ...(rule.except === undefined ? {} : { exception: exceptionOf(rule.except) }),
  };
}

function scoutOf(rule: Rule, validator: Validator | undefined): Pick<CompiledRule, 'scout'> {
  const pattern = rule.engine === 'linear' ? undefined : validator?.scout?.patternOf(rule.pattern);
  return pattern === undefined || validator?.scout === undefined ? {} : { scout: { expression: new RegExp(pattern, `${rule.flags}g`), mayKeep: validator.scout.mayKeep } };
}

function expressionOf(rule: Rule): Expression {
  if (rule.engine !== 'linear') return new RegExp(rule.pattern, `${rule.flags}dg`);
  const { body, boundary } = splitBoundary(rule.pattern);
  return linearExpression(body, rule.flags, boundary);
}

function named<T>(units: ReadonlyMap<string, T>, name: string, ruleId: string): T {
  const unit = units.get(name);
  if (unit === undefined) throw new Error(`rule ${ruleId} names ${name}, which does not exist`);
  return unit;
}
