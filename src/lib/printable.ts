/**
 * Text from strangers (paths, names, answers) as people may see it: control characters, ANSI sequences, newlines,
 * bidirectional and invisible characters and lone surrogates become visible escapes (`\n`, `\u{202e}`), everything
 * else stays. Used by every reporter before its own escaping, so that a file name can neither move the cursor,
 * nor reverse a line, nor start one.
 */
export function printable(text: string): string {
  return UNSAFE_TEST.test(text) ? text.replace(UNSAFE, escape) : text;
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
const UNSAFE_TEST = new RegExp(CLASS, 'u');

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\0': '\\0' };

function escape(character: string): string {
  return SHORT[character] ?? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
