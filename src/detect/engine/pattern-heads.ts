import type { AST } from '@eslint-community/regexpp';
import { parsePattern } from '../../rules/pattern/parse-pattern.ts';
import { NO_BYTE, type ByteSet } from '../../rules/pattern/byte-set.ts';
import { TOKEN_CHARACTERS } from './byte-classes.ts';

/** One way in which a match may begin. */
export interface PatternHead {
  /** Literal text at its start, as far as it is literal. */
  readonly text: string;
  /** Token characters that at least stand in a row from its start on. */
  readonly run: number;
  /** All characters that may stand in that row behind the text. */
  readonly members: ByteSet;
}

interface State {
  readonly text: string;
  readonly literal: boolean;
  readonly run: number;
  readonly members: ByteSet;
  readonly running: boolean;
}

const MOST_BRANCHES = 512;
const LONGEST_TEXT = 56;
const LONGEST_RUN = 255;

/** All ways in which a match of `pattern` may begin; undefined when they are too many to say. Pure; for build time and people's own rules. */
export function headsOf(pattern: string): readonly PatternHead[] | undefined {
  return walkAll(parse(pattern).alternatives);
}

/** Least run of token characters that the secret itself begins with: group `secret`, else the first group, else the match. */
export function secretRun(pattern: string): number {
  const ast = parse(pattern);
  const heads = walkAll((secretGroup(ast) ?? ast).alternatives);
  return heads === undefined ? 0 : Math.min(...heads.map((head) => head.run));
}

/** All latin1 characters that the secret itself may hold; undefined if that cannot be told. */
export function secretMembers(pattern: string): ReadonlySet<string> | undefined {
  const ast = parse(pattern);
  const members = new Set<string>();
  const add = (element: AST.Element): boolean => {
    switch (element.type) {
      case 'Assertion':
        return true;
      case 'Group':
      case 'CapturingGroup':
        return element.alternatives.every((alternative) => alternative.elements.every(add));
      case 'Quantifier':
        return add(element.element);
      case 'Character':
        members.add(String.fromCodePoint(element.value));
        return true;
      case 'CharacterClass':
      case 'CharacterSet':
        for (const member of membersOf(element)) members.add(member);
        return true;
      default:
        return false;
    }
  };
  return (secretGroup(ast) ?? ast).alternatives.every((alternative) => alternative.elements.every(add)) ? members : undefined;
}

/** Syntax tree of a pattern without flags. */
export function parse(pattern: string): AST.Pattern {
  return parsePattern(pattern);
}

function walkAll(alternatives: readonly AST.Alternative[]): readonly PatternHead[] | undefined {
  const ends = branch(alternatives, [{ text: '', literal: true, run: 0, members: NO_BYTE, running: true }]);
  if (ends === undefined) return undefined;
  return joined(ends, ({ text, run }) => `${text}\0${run}`).map(({ text, run, members }) => ({ text, run: Math.min(run, LONGEST_RUN), members }));
}

function branch(alternatives: readonly AST.Alternative[], states: readonly State[]): readonly State[] | undefined {
  const ends: State[] = [];
  for (const alternative of alternatives) {
    let current: readonly State[] | undefined = states;
    for (const element of alternative.elements) {
      current = distinct(step(element, current));
      if (current === undefined || current.length > MOST_BRANCHES) return undefined;
    }
    ends.push(...current);
    if (ends.length > MOST_BRANCHES) return undefined;
  }
  return ends;
}

function distinct(states: readonly State[] | undefined): readonly State[] | undefined {
  if (states === undefined || states.length < 2) return states;
  return joined(states, (state) => `${state.run} ${state.literal} ${state.running} ${state.text}`);
}

/** States of the same key are one, with the members of all. */
function joined(states: readonly State[], keyOf: (state: State) => string): readonly State[] {
  const found = new Map<string, State>();
  for (const state of states) {
    const key = keyOf(state);
    const known = found.get(key);
    found.set(key, known === undefined ? state : { ...state, members: known.members | state.members });
  }
  return [...found.values()];
}

function step(element: AST.Element, states: readonly State[]): readonly State[] | undefined {
  switch (element.type) {
    case 'Assertion':
      return states;
    case 'Group':
    case 'CapturingGroup':
      return branch(element.alternatives, states);
    case 'Character':
      return states.map((state) => take(state, String.fromCodePoint(element.value)));
    case 'CharacterClass':
    case 'CharacterSet':
      return takeClass(element, states);
    case 'Quantifier':
      return repeat(element, states);
    default:
      return states.map((state) => ({ ...state, literal: false, running: false }));
  }
}

function take(state: State, character: string): State {
  const literal = state.literal && state.text.length < LONGEST_TEXT;
  const running = state.running && TOKEN_CHARACTERS.test(character);
  const members = running && !literal ? state.members | setOf([character]) : state.members;
  return { text: literal ? state.text + character : state.text, literal, run: state.run + (running ? 1 : 0), members, running };
}

function takeClass(element: AST.CharacterClass | AST.CharacterSet, states: readonly State[]): readonly State[] {
  const members = membersOf(element);
  if (members.length <= 4 && members.length > 0 && states.some((state) => state.literal)) return states.flatMap((state) => members.map((member) => take(state, member)));
  const tokens = members.length > 0 && members.every((member) => TOKEN_CHARACTERS.test(member));
  const set = tokens ? setOf(members) : NO_BYTE;
  return states.map((state) => ({ ...state, literal: false, run: state.run + (state.running && tokens ? 1 : 0), members: state.running ? state.members | set : state.members, running: state.running && tokens }));
}

function repeat(element: AST.Quantifier, states: readonly State[]): readonly State[] | undefined {
  let current: readonly State[] | undefined = states;
  for (let count = 0; count < Math.min(element.min, LONGEST_RUN) && current !== undefined; count += 1) {
    const before: readonly State[] = current;
    current = distinct(step(element.element, current));
    // Once no text is added any more, every further round adds the same to each run.
    if (current !== undefined && isOneCharacter(element.element) && before.every((state) => !state.literal) && current.length === before.length) {
      const rest = Math.min(element.min, LONGEST_RUN) - count - 1;
      current = current.map((state, index) => ({ ...state, run: state.run + rest * (state.run - (before[index] as State).run) }));
      break;
    }
  }
  if (current === undefined || element.max === element.min) return current;
  if (element.max === 1) {
    const once = step(element.element, current);
    return once === undefined ? undefined : distinct([...current, ...once]);
  }
  const more = tokensOf(element.element);
  return current.map((state) => ({ ...state, literal: false, members: state.running && more !== undefined ? state.members | more : state.members, running: state.running && more !== undefined }));
}

function isOneCharacter(element: AST.Element): boolean {
  return element.type === 'Character' || element.type === 'CharacterClass' || element.type === 'CharacterSet';
}

/** The characters of an element that takes nothing but one token character. */
function tokensOf(element: AST.Element): ByteSet | undefined {
  if (element.type === 'Group' || element.type === 'CapturingGroup') return undefined;
  const ends = step(element, [{ text: '', literal: false, run: 0, members: NO_BYTE, running: true }]) ?? [];
  return ends[0]?.running === true ? ends.reduce((set, { members }) => set | members, NO_BYTE) : undefined;
}

function setOf(characters: readonly string[]): ByteSet {
  return characters.reduce((set, character) => set | (1n << BigInt(character.charCodeAt(0))), NO_BYTE);
}

const MEMBERS = new Map<string, readonly string[]>();

/** Latin1 characters of a class. */
export function membersOf(element: AST.CharacterClass | AST.CharacterSet): readonly string[] {
  const known = MEMBERS.get(element.raw);
  if (known !== undefined) return known;
  const expression = new RegExp(element.raw, 's');
  const members: string[] = [];
  for (let byte = 0; byte < 256; byte += 1) {
    const character = String.fromCharCode(byte);
    if (expression.test(character)) members.push(character);
  }
  MEMBERS.set(element.raw, members);
  return members;
}

/** The group that holds the secret, if the pattern has groups. */
export function secretGroup(ast: AST.Pattern): AST.CapturingGroup | undefined {
  let first: AST.CapturingGroup | undefined;
  let named: AST.CapturingGroup | undefined;
  const visit = (alternatives: readonly AST.Alternative[]): void => {
    for (const element of alternatives.flatMap((alternative) => alternative.elements)) {
      const inner = element.type === 'Quantifier' ? element.element : element;
      if (inner.type === 'CapturingGroup') {
        first ??= inner;
        if (inner.name === 'secret') named = inner;
      }
      if (inner.type === 'CapturingGroup' || inner.type === 'Group') visit(inner.alternatives);
    }
  };
  visit(ast.alternatives);
  return named ?? first;
}
