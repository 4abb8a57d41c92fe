import type { Rule } from '../../model/index.ts';
import { judgeRule } from '../judge-rule.ts';
import { toRule, type Complain } from '../parse.ts';
import { patternEngine } from '../pattern/pattern-engine.ts';
import { completeKind, OWN_ISSUER } from './complete-kind.ts';
import type { OwnKind } from './own-kind.ts';

/** A rule of people's own, and whether it may replace a built-in one. */
export interface OwnRule {
  readonly rule: Rule;
  readonly override: boolean;
}

/** What a kind's file or list says for all its kinds. */
export interface OwnDefaults {
  readonly issuer?: string;
  readonly name?: string;
}

/**
 * One kind, already valid by `OWN_KIND_SCHEMA`, as a rule whose pattern runs in linear time. Undefined after a complaint; each
 * names the key and, for a pattern, the part of it.
 */
export function readOwnKind(kind: OwnKind, defaults: OwnDefaults, complain: Complain): OwnRule | undefined {
  let isGood = true;
  const at: Complain = (key, message) => {
    isGood = false;
    complain(key, message);
  };
  const foreign = [...kind.pattern].find((character) => character > '\x7e');
  if (foreign !== undefined) at('pattern', `holds a character beyond ASCII; patterns work on bytes: write ${[...Buffer.from(foreign)].map((byte) => `\\x${byte.toString(16)}`).join('')} for it, outside of [ ]`);
  if (/^\(\?[a-zA-Z]+\)/.test(kind.pattern)) {
    at('pattern', 'begins with inline flags, which JavaScript does not have; use `flags: i` (any case) or `flags: s` (a dot is any character)');
    return undefined;
  }
  const issuer = kind.issuer ?? defaults.issuer ?? OWN_ISSUER;
  const file = { issuer, name: (kind.issuer === undefined ? defaults.name : undefined) ?? issuer, kinds: [] };
  const complete = tryComplete(kind, at);
  if (complete === undefined) return undefined;
  if (complete.anchors.length === 0 && complete.paths === undefined) {
    at('pattern', 'has no text of three or more characters that stands in every match, so that nothing tells where to look; add `anchors` that stand in or near every match');
    return undefined;
  }
  const rule = toRule(file, complete, at);
  if (rule === undefined) return undefined;
  judgeRule(rule, at);
  const engine = patternEngine(complete.pattern, complete.flags ?? '', complete.boundary ?? 'word');
  if ('refused' in engine) at('pattern', engine.refused);
  for (const [index, pattern] of (kind.except?.patterns ?? []).entries()) judgeException(pattern, (message) => at(`except.patterns.${index}`, message));
  if (!isGood || 'refused' in engine) return undefined;
  const { words = [], patterns = [] } = kind.except ?? {};
  return {
    override: kind.override === true,
    rule: { ...rule, ...(engine.engine === 'linear' ? { engine: 'linear' as const } : {}), ...(kind.except === undefined ? {} : { except: { words, patterns } }) },
  };
}

function tryComplete(kind: OwnKind, at: Complain): ReturnType<typeof completeKind> | undefined {
  try {
    return completeKind(kind);
  } catch (error) {
    at('pattern', `is not a JavaScript regular expression: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

function judgeException(pattern: string, at: (message: string) => void): void {
  try {
    const engine = patternEngine(pattern, '', 'none');
    if ('refused' in engine) at(engine.refused);
  } catch (error) {
    at(`is not a JavaScript regular expression: ${error instanceof Error ? error.message : String(error)}`);
  }
}
