import { languageOf, type Language } from './languages.ts';
import { lex, openAt, tokenAround, type Lexed, type Token } from './lex.ts';
import { pythonImport, goImport } from './imports.ts';
import { lineAfter, lineBefore, none, type Edit, type Place, type Proposal, type Wanted } from './types.ts';

const REVIEW = 'take it out by hand and read it from the environment';

/** Proposes for all places of a source file at once: those of one literal are one edit. Undefined: no language of ours. */
export function fixCode(path: string, text: string, wanted: readonly Wanted[]): ReadonlyMap<Place, Proposal> | undefined {
  const language = languageOf(path);
  if (language === undefined) return undefined;
  const lexed = lexAs(language, text);
  const proposals = new Map<Place, Proposal>();
  const byLiteral = new Map<Token, { readonly place: Place; readonly variable: string }[]>();
  for (const { places, variable } of wanted) {
    for (const place of places) {
      const found = lexed === undefined ? none('the file cannot be read as this language to its end', REVIEW) : literalAt(place, text, language, lexed, /\.[jt]sx$/.test(path));
      if ('kind' in found && found.kind === 'none') proposals.set(place, found);
      else byLiteral.set(found as Token, [...(byLiteral.get(found as Token) ?? []), { place, variable }]);
    }
  }
  for (const [literal, parts] of byLiteral) {
    const proposal = replaceIn(text, literal, parts.toSorted((a, b) => a.place.start - b.place.start), language, lexed as Lexed);
    // One edit for the literal; its other places have none of their own.
    parts.forEach(({ place }, index) => proposals.set(place, index === 0 || proposal.kind === 'none' ? proposal : { kind: 'edit', edits: [], notes: [] }));
  }
  return proposals;
}

function lexAs(language: Language, text: string): Lexed | undefined {
  if (language.id !== 'php') return lex(text, language.syntax);
  const start = text.indexOf('<?');
  return start === -1 ? undefined : lex(text, language.syntax, start + 2);
}

/** The literal that holds the place, if it stands where an expression can. */
function literalAt(place: Place, text: string, language: Language, lexed: Lexed, mayBeMarkup: boolean): Token | Proposal {
  const token = tokenAround(lexed, place.start, place.end);
  if (token === undefined) return none('it does not stand in a string', REVIEW);
  if (token.kind === 'comment') return none('it stands in a comment', 'delete it from the comment');
  if (token.kind === 'heredoc') return none('it stands in a text of several lines', REVIEW);
  const before = around(text, token.start);
  const line = lineBefore(text, token.start);
  const after = lineAfter(text, token.end);
  const lineStart = token.start - line.length;
  if (lexed.strays.some((at) => at >= lineStart && at < token.start)) return none('the line cannot be read with certainty', REVIEW);
  if (mayBeMarkup && /<\/?[A-Za-z]/.test(line)) return none('it stands in markup', REVIEW);
  if (language.keys === true && isAttribute(line)) return none('it stands in markup', REVIEW);
  const prefix = token.open.replace(/["'`#]+$/, '');
  if (language.refusedPrefix?.test(prefix) === true) return none(`it stands in a string of another kind (${prefix})`, REVIEW);
  if (language.constant.test(before) || openAt(lexed, token.start).some(({ at, character }) => (character !== '{' || language.keys === true) && language.constant.test(around(text, at)))) return none('only a constant may stand there', REVIEW, 'or set it when the program starts');
  if (language.keys === true && /(?:[{,]|^)\s*$/.test(before) && /^\s*:/.test(after)) return none('it is the name of a field', REVIEW);
  if (language.refuseBefore?.test(before) === true || language.refuseAfter?.test(after) === true) return none('it does not stand where a value can', REVIEW);
  if (token.open.endsWith('`') && language.keys === true && /[\w$)\]]$/.test(line) && !/\b(?:return|typeof|case|in|of)$/.test(line)) return none('a function reads it as a template', REVIEW);
  if (language.implicitJoin === true && isJoined(token, text, lexed)) return none('it is a part of a string that is written in several pieces', REVIEW);
  return token;
}

/** `name=` with no blanks around it is an attribute of markup, unless a declaration is written so. */
function isAttribute(line: string): boolean {
  return /(?:^|\s)[A-Za-z_][\w.:-]*=$/.test(line) && !/\b(?:var|let|const)\s+[\w$]+=$/.test(line);
}

/** What stands before, from the beginning of the line, or of the one before it where there is nothing on it. */
function around(text: string, offset: number): string {
  const line = lineBefore(text, offset);
  if (line.trim() !== '') return line;
  const start = offset - line.length;
  return start === 0 ? line : `${lineBefore(text, start - 1)}${line}`.replace(/\r/g, '');
}

/** Beside it stands another literal of the same expression. */
function isJoined(token: Token, text: string, lexed: Lexed): boolean {
  const isInBrackets = openAt(lexed, token.start).length > 0;
  const joins = (gap: string): boolean => /^[\s\\]*$/.test(gap) && (isInBrackets || !gap.includes('\n') || gap.includes('\\'));
  return lexed.tokens.some((other) => other.kind === 'string' && ((other.end <= token.start && joins(text.slice(other.end, token.start))) || (other.start >= token.end && joins(text.slice(token.end, other.start)))));
}

function replaceIn(text: string, literal: Token, parts: readonly { readonly place: Place; readonly variable: string }[], language: Language, lexed: Lexed): Proposal {
  if (parts.some(({ place }, index) => index > 0 && place.start < (parts[index - 1]?.place.end ?? 0))) return none('two credentials overlap there', REVIEW);
  const from = literal.start + literal.open.length;
  const to = literal.end - literal.close.length;
  const [first] = parts;
  const isWhole = parts.length === 1 && first?.place.start === from && first.place.end === to;
  const notes = language.note === undefined ? [] : [language.note];
  const more = additions(text, literal.start, language, lexed);
  if (more === undefined) return none('the import that it needs has no place that is certain', REVIEW);
  // PHP takes method calls in braces only, not functions.
  if (!isWhole && literal.expression !== undefined && language.id !== 'php') {
    const open = literal.expression;
    return { kind: 'edit', edits: [...parts.map(({ place, variable }) => ({ ...place, text: `${open}${language.read(variable)}}` })), ...more], notes };
  }
  if (isWhole) return { kind: 'edit', edits: [spaced(text, { start: literal.start, end: literal.end, text: language.read(first.variable) }), ...more], notes };
  if (language.join === undefined || literal.open.length > 3) return none('it is a part of a longer text', REVIEW);
  const pieces: string[] = [];
  let at = from;
  for (const { place, variable } of parts) {
    if (place.start > at) pieces.push(literal.open + text.slice(at, place.start) + literal.close);
    pieces.push(language.read(variable));
    at = place.end;
  }
  if (at < to) pieces.push(literal.open + text.slice(at, to) + literal.close);
  return { kind: 'edit', edits: [{ start: literal.start, end: literal.end, text: `(${pieces.join(` ${language.join} `)})` }, ...more], notes };
}

/** A word must not run into the word beside it. */
function spaced(text: string, edit: Edit): Edit {
  const before = /\w/.test(text.charAt(edit.start - 1)) && /^\w/.test(edit.text) ? ' ' : '';
  const after = /\w/.test(text.charAt(edit.end)) && /\w$/.test(edit.text) ? ' ' : '';
  return { ...edit, text: before + edit.text + after };
}

function additions(text: string, at: number, language: Language, lexed: Lexed): readonly Edit[] | undefined {
  if (language.id === 'python') return pythonImport(text, at, lexed);
  return language.id === 'go' ? goImport(text, lexed) : [];
}
