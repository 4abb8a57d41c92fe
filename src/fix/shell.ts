import { lineBefore, lineAfter, none, type Place, type Proposal } from './types.ts';

const REVIEW = 'take it out by hand and read it from the environment';
/** `${X:?}` ends the script where the variable is not set. */
const read = (variable: string): string => `\${${variable}:?}`;

/** A place in a shell script: quoting is followed from the beginning of the text. */
export function fixShell(text: string, place: Place, variable: string): Proposal {
  const state = quotingAt(text, place.start);
  const line = `${lineBefore(text, place.start)}${lineAfter(text, place.start)}`;
  if (state === 'comment') return none('it stands in a comment', 'delete it from the comment');
  if (state === 'unsure' || line.includes('`') || /\$\(|\bcase\b/.test(lineBefore(text, place.start)) || /<<|^[ \t]*(?:alias|trap)\b/.test(line)) return none('the quoting of the line is not certain', REVIEW);
  if (state === 'double') return { kind: 'edit', edits: [{ ...place, text: read(variable) }], notes: [] };
  if (state === 'none') {
    if (/\\$/.test(text.slice(0, place.start))) return none('the quoting of the line is not certain', REVIEW);
    return { kind: 'edit', edits: [{ ...place, text: `"${read(variable)}"` }], notes: [] };
  }
  // What is quoted as it is must end before the variable, and begin again behind it; quotes around nothing go.
  const opens = text.charAt(place.start - 1) === "'";
  const closes = text.charAt(place.end) === "'";
  const edit = { start: opens ? place.start - 1 : place.start, end: closes ? place.end + 1 : place.end, text: `${opens ? '' : "'"}"${read(variable)}"${closes ? '' : "'"}` };
  return { kind: 'edit', edits: [edit], notes: [] };
}

type Quoting = 'none' | 'single' | 'double' | 'comment' | 'unsure';

/** How the character at an offset is quoted. Texts of several lines (`<<`) and nested commands in quotes are not followed. */
function quotingAt(text: string, offset: number): Quoting {
  let state: Quoting = 'none';
  for (let at = 0; at < offset; at += 1) {
    const character = text.charAt(at);
    if (state === 'comment') {
      if (character === '\n') state = 'none';
    } else if (state === 'single') {
      if (character === "'") state = 'none';
    } else if (character === '\\') {
      at += 1;
    } else if (character === '`') {
      return 'unsure';
    } else if (state === 'double') {
      if (character === '"') state = 'none';
      // In a nested command quotes begin anew.
      else if (character === '$' && text.charAt(at + 1) === '(') {
        const end = simpleCommandEnd(text, at + 2);
        if (end === -1 || end > offset) return 'unsure';
        at = end;
      } else if (character === '$' && text.charAt(at + 1) === '{') {
        const end = /[}"'`\n]/.exec(text.slice(at + 2));
        if (end?.[0] !== '}') return 'unsure';
      }
    } else if (character === "'") {
      if (text.charAt(at - 1) === '$') return 'unsure';
      state = 'single';
    } else if (character === '"') {
      state = 'double';
    } else if (character === '#' && /[\s;&|(]|^$/.test(text.charAt(at - 1))) {
      state = 'comment';
    } else if (character === '<' && text.startsWith('<<', at) && !text.startsWith('<<<', at)) {
      const word = /^<<-?\s*(["']?)([A-Za-z_][A-Za-z0-9_]*)\1[^\n]*\n/.exec(text.slice(at));
      if (word === null) return 'unsure';
      const end = new RegExp(`^\\t*${word[2] ?? ''}\\r?$`, 'm').exec(text.slice(at + word[0].length));
      if (end === null) return 'unsure';
      at += word[0].length + end.index + end[0].length;
      if (at > offset) return 'unsure';
    } else if (text.startsWith('<<<', at)) {
      at += 2;
    }
  }
  return state;
}

/** Where a command without quotes of its own ends; -1 where it has any. */
function simpleCommandEnd(text: string, from: number): number {
  const end = /[()"'`\\#]/.exec(text.slice(from));
  return end?.[0] === ')' ? from + end.index : -1;
}
