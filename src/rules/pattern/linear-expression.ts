import { RE2JS } from 're2js';
import type { Boundary } from '../boundary.ts';
import { BOUNDARY_CLASSES, ESCAPES_BEFORE } from '../boundary.ts';
import type { Expression } from './expression.ts';
import { NotLinear, toRe2, type Neighbour } from './to-re2.ts';

/** States a linear-time expression may have: each costs time for each byte. */
const MOST_STATES = 5000;

/**
 * A global expression on RE2's engine: its time grows with the text and nothing else, whatever the pattern. RE2 cannot look
 * around, so the characters that must not touch a match are matched beside it. Throws `NotLinear` for what RE2 cannot say.
 */
export function linearExpression(body: string, flags: string, boundary: Boundary): Expression {
  const { source, before, after } = toRe2(body, flags);
  const heads = [...(boundary === 'none' ? [] : [{ inText: `[^${BOUNDARY_CLASSES[boundary].before}]|${ESCAPES_BEFORE}`, atEdge: true }]), ...(before === undefined ? [] : [beside(before)])];
  const tails = [...(boundary === 'none' ? [] : [{ inText: `[^${BOUNDARY_CLASSES[boundary].after}]`, atEdge: true }]), ...(after === undefined ? [] : [beside(after)])];
  // Two conditions on one neighbour cannot both take it.
  if (heads.length > 1 || tails.length > 1) throw new NotLinear(body, 'look-arounds at its ends stand beside the boundary; say `boundary: none` and write the boundary into them');
  const [head, tail] = [heads[0], tails[0]];
  const end = tail === undefined ? '' : `(?:${tail.atEdge ? '\\z|' : ''}${tail.inText})`;
  const from = (edge: string): RE2JS => compile(`${head === undefined ? '' : `(?:${edge}${head.inText})`}(${source})${end}`, body);
  return new LinearExpression(from(head?.atEdge === true ? '\\A|' : ''), head === undefined ? undefined : from(''));
}

/** What may stand beside a match: characters, and perhaps the edge of the text. */
function beside({ class: set, wanted }: Neighbour): { readonly inText: string; readonly atEdge: boolean } {
  return { inText: wanted ? set : `[^${set.slice(1)}`, atEdge: !wanted };
}

function compile(source: string, body: string): RE2JS {
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(source);
  } catch (error) {
    throw new NotLinear(body, error instanceof Error && /repetition|repeat|size/i.test(error.message) ? 'its counted repetitions multiply too far for a linear-time engine' : 'a linear-time engine cannot read it');
  }
  if (compiled.programSize() > MOST_STATES) throw new NotLinear(body, `a linear-time engine would need ${compiled.programSize()} states for it, ${MOST_STATES} at most are allowed`);
  return compiled;
}

/** Behaves as a native expression with the flags `d` and `g` does, as far as the engine needs. Group 1 of RE2's match is our whole. */
class LinearExpression implements Expression {
  lastIndex = 0;
  readonly #fromStart: RE2JS;
  /** For a search from later on: one character before the match is taken with it, and the edge is not there. Undefined if none is taken. */
  readonly #inside: RE2JS | undefined;

  constructor(fromStart: RE2JS, inside: RE2JS | undefined) {
    this.#fromStart = fromStart;
    this.#inside = inside;
  }

  readonly exec = (text: string): RegExpExecArray | null => {
    const later = this.lastIndex > 0 ? this.#inside : undefined;
    const matcher = (later ?? this.#fromStart).matcher(text);
    if (this.lastIndex > text.length || !matcher.find(later === undefined ? this.lastIndex : this.lastIndex - 1)) {
      this.lastIndex = 0;
      return null;
    }
    this.lastIndex = matcher.end(1);
    return toArray(matcher, text, this.#fromStart.namedGroups());
  };
}

function toArray(matcher: ReturnType<RE2JS['matcher']>, text: string, names: Readonly<Record<string, number>>): RegExpExecArray {
  const values: (string | undefined)[] = [];
  const spans: ([number, number] | undefined)[] = [];
  for (let group = 1; group <= matcher.groupCount(); group += 1) {
    const start = matcher.start(group);
    const span: [number, number] | undefined = start < 0 ? undefined : [start, matcher.end(group)];
    spans.push(span);
    values.push(span === undefined ? undefined : text.slice(...span));
  }
  const named = Object.entries(names);
  const groups = named.length === 0 ? undefined : Object.fromEntries(named.map(([name, group]) => [name, values[group - 1]]));
  const indices = Object.assign(spans, { groups: groups === undefined ? undefined : Object.fromEntries(named.map(([name, group]) => [name, spans[group - 1]])) });
  return Object.assign(values as string[], { index: spans[0]?.[0] ?? 0, input: text, groups, indices }) as unknown as RegExpExecArray;
}
