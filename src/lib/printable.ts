/**
 * Text from strangers (paths, names, answers) as people may see it: control characters, ANSI sequences, newlines,
 * bidirectional and invisible characters and lone surrogates become visible escapes (`\n`, `\u{202e}`), everything
 * else stays. Used by every reporter before its own escaping, so that a file name can neither move the cursor,
 * nor reverse a line, nor start one.
 */
export function printable(text: string): string {
  return PLAIN.test(text) ? text : text.replace(UNSAFE, escape);
}

/** Finished JSON text with every such character outside ASCII as a JSON escape: the same value, and safe to print. */
export function printableJson(json: string): string {
  return json.replace(NOT_ASCII, (run) => run.replace(UNSAFE, (character) => Array.from({ length: character.length }, (_, index) => jsonEscape(character.charCodeAt(index))).join('')));
}

/** Runs that need a closer look; finding them is fast where the class below is slow. Line feeds are layout here. */
const NOT_ASCII = /[^\n\x20-\x7e]+/g;

function jsonEscape(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}

/**
 * C0, DEL, C1 · soft hyphen, combining grapheme joiner, Arabic letter mark, Hangul and Khmer fillers, Mongolian separators ·
 * zero-width and bidi marks · line and paragraph separators · bidi embeddings · invisible operators and bidi isolates ·
 * braille blank, BOM, interlinear marks · variation selectors · tag characters · surrogates without their other half.
 */
const CLASS =
  '[\\u{0}-\\u{1f}\\u{7f}-\\u{9f}\\u{ad}\\u{34f}\\u{61c}\\u{115f}\\u{1160}\\u{17b4}\\u{17b5}\\u{180b}-\\u{180f}\\u{200b}-\\u{200f}\\u{2028}-\\u{202e}' +
  '\\u{2060}-\\u{206f}\\u{2800}\\u{3164}\\u{feff}\\u{ffa0}\\u{fff9}-\\u{fffb}\\u{fe00}-\\u{fe0e}\\u{d800}-\\u{dfff}\\u{e0000}-\\u{e0fff}]';
const UNSAFE = new RegExp(CLASS, 'gu');
const PLAIN = /^[\x20-\x7e]*$/;

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\0': '\\0' };

function escape(character: string): string {
  return SHORT[character] ?? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
