import type { Lexed } from './lex.ts';
import { lineEnd, type Edit } from './types.ts';

/** `import os`, if it is not there before the place. Undefined: no place for it is certain. */
export function pythonImport(text: string, at: number, { tokens }: Lexed): readonly Edit[] | undefined {
  const isCode = (offset: number): boolean => !tokens.some(({ start, end }) => start <= offset && offset < end);
  const lines = [...text.matchAll(/^.*$/gm)].filter(({ index }) => isCode(index));
  if (lines.some(({ index, 0: line }) => index < at && /^import\s+(?:[\w.]+(?:\s+as\s+\w+)?\s*,\s*)*os\s*(?:,|;|#|$)/.test(line))) return [];
  const eol = lineEnd(text);
  const imports = lines.filter(({ index, 0: line }) => index < at && /^(?:import|from)\s/.test(line));
  const future = imports.findLast(([line]) => /^from\s+__future__\b/.test(line));
  if (future !== undefined) {
    if (/[(\\]\s*$/.test(future[0]) || /\([^)]*$/.test(future[0])) return undefined;
    const end = future.index + future[0].length;
    return text.charAt(end) === '' ? undefined : [{ start: end, end, text: `${eol}import os` }];
  }
  const [first] = imports;
  if (first !== undefined) return [{ start: first.index, end: first.index, text: `import os${eol}` }];
  // Behind comments, blank lines and the text that describes the module; what they begin with counts only there.
  let start = text.startsWith('\ufeff') ? 1 : 0;
  for (const match of text.slice(start).matchAll(/^[ \t]*(?:#.*)?(?:\r?\n)/gm)) {
    if (match.index + (text.startsWith('\ufeff') ? 1 : 0) !== start) break;
    start += match[0].length;
  }
  const docstring = tokens.find((token) => token.kind === 'string' && token.start === start);
  if (docstring !== undefined) {
    const end = text.indexOf('\n', docstring.end);
    if (end === -1 || !/^[ \t\r]*$/.test(text.slice(docstring.end, end))) return undefined;
    start = end + 1;
  }
  return start > at ? undefined : [{ start, end: start, text: `import os${eol}` }];
}

/** `import "os"`, if it is not there. */
export function goImport(text: string, { tokens }: Lexed): readonly Edit[] | undefined {
  const isCode = (offset: number): boolean => !tokens.some(({ start, end }) => start <= offset && offset < end);
  const code = (pattern: RegExp): RegExpExecArray | undefined => [...text.matchAll(pattern)].find(({ index }) => isCode(index)) as RegExpExecArray | undefined;
  const eol = lineEnd(text);
  const block = code(/^import[ \t]*\([ \t]*\r?\n/gm);
  const blockEnd = block === undefined ? -1 : text.indexOf('\n)', block.index);
  if (code(/^import[ \t]+"os"/gm) !== undefined) return [];
  if (block !== undefined) {
    if (blockEnd === -1) return undefined;
    if (/^[ \t]*"os"[ \t\r]*$/m.test(text.slice(block.index, blockEnd + 1))) return [];
    const start = block.index + block[0].length;
    return [{ start, end: start, text: `\t"os"${eol}` }];
  }
  const single = code(/^import[ \t]/gm);
  if (single !== undefined) return [{ start: single.index, end: single.index, text: `import "os"${eol}` }];
  const named = code(/^package[ \t]+\w+[^\r\n]*\r?\n/gm);
  if (named === undefined) return undefined;
  const start = named.index + named[0].length;
  return [{ start, end: start, text: `${eol}import "os"${eol}` }];
}
