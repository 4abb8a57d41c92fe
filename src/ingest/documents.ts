import { damaged } from './fields.ts';

/**
 * The JSON documents of a text, one after another: one for most reports, one a line for JSON lines, and Kingfisher writes a summary behind its
 * report. Throws `INGEST_DAMAGED` with the line on which a document that is none begins.
 */
export function* documentsOf(text: string): Generator<{ readonly value: unknown; readonly line: number }> {
  let line = 1;
  for (let at = text.charCodeAt(0) === 0xfeff ? 1 : 0; at < text.length; ) {
    const character = text[at];
    if (character === '\n') line += 1;
    if (/\s/.test(character ?? '')) {
      at += 1;
      continue;
    }
    const end = character === '{' || character === '[' ? endOf(text, at) : undefined;
    if (end === undefined) throw damaged(`line ${line}`, character === '{' || character === '[' ? 'begins JSON that does not end' : 'is no JSON');
    yield { value: parsed(text.slice(at, end), line), line };
    line += countLines(text, at, end);
    at = end;
  }
}

/** Where the object or list that begins at `from` ends. */
function endOf(text: string, from: number): number | undefined {
  const marks = /["[\]{}]/g;
  marks.lastIndex = from;
  let depth = 0;
  for (let mark = marks.exec(text); mark !== null; mark = marks.exec(text)) {
    if (mark[0] === '"') {
      const close = closingQuote(text, mark.index + 1);
      if (close === undefined) return undefined;
      marks.lastIndex = close + 1;
    } else {
      depth += mark[0] === '{' || mark[0] === '[' ? 1 : -1;
      if (depth === 0) return mark.index + 1;
    }
  }
  return undefined;
}

function closingQuote(text: string, from: number): number | undefined {
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '"') return at;
  }
  return undefined;
}

function countLines(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf('\n', from); at !== -1 && at < to; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}

/** JSON's own error quotes what it read, which may be a secret. */
function parsed(text: string, line: number): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw damaged(`line ${line}`, 'begins JSON that is damaged');
  }
}
