import type { ParsedYaml, Path, Position } from '../lib/parse-yaml.ts';

const ENTRY = /^- \{ (.*) \}$/;
const FIELD = /([a-z-]+): (?:("(?:[^"\\\u0000-\u001f]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*")|([A-Za-z0-9][A-Za-z0-9.:@_+/-]*))(?:, |$)/y;
/** Bare words that YAML takes for something other than text, or could. */
const NOT_TEXT = /^(?:true|false|null|~|\.(?:nan|inf)|[-+]?[0-9.][0-9.eExob_a-fA-F+-]*)$/i;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/**
 * Reads one entry a line without the YAML parser, which takes seconds for a baseline of ten thousand. Strict: undefined as
 * soon as any line is not exactly of that form, and then the parser decides. Both give the same for what both read.
 */
export function readLines(text: string): ParsedYaml | undefined {
  const lines = text.split('\n');
  const head: Record<string, unknown> = {};
  const entries: Record<string, string>[] = [];
  const places: number[] = [];
  let inList = false;
  for (const [index, line] of lines.entries()) {
    if (line === '' || line.startsWith('#')) continue;
    if (!inList) {
      const key = /^key: "([0-9a-f]{1,64})"$/.exec(line)?.[1];
      if (line === 'waivers:') inList = true;
      else if (line === 'version: 1' && !('version' in head)) head['version'] = 1;
      else if (key !== undefined && !('key' in head)) head['key'] = key;
      else return undefined;
      continue;
    }
    const entry = readEntry(line);
    if (entry === undefined) return undefined;
    entries.push(entry);
    places.push(index + 1);
  }
  if (!inList) return undefined;
  const at = ([first, second, third]: Path, ofKey: boolean): Position => {
    const line = first === 'waivers' && typeof second === 'number' ? places[second] : undefined;
    if (line === undefined) return { line: 1 + Math.max(0, lines.findIndex((one) => one.startsWith(`${String(first)}:`))), column: 1 };
    return { line, column: 1 + columnOf(lines[line - 1] ?? '', third, ofKey) };
  };
  return { data: { ...head, waivers: entries.length === 0 ? null : entries }, positionOf: (path) => at(path, false), positionOfKey: (path) => at(path, true) };
}

function readEntry(line: string): Record<string, string> | undefined {
  const inner = ENTRY.exec(line)?.[1];
  if (inner === undefined) return undefined;
  const entry: Record<string, string> = {};
  FIELD.lastIndex = 0;
  while (FIELD.lastIndex < inner.length) {
    const found = FIELD.exec(inner);
    if (found === null) return undefined;
    const [all, key = '', quoted, bare] = found;
    const isLast = FIELD.lastIndex === inner.length;
    if (key in entry || key === '__proto__' || (isLast && all.endsWith(', '))) return undefined;
    if (bare !== undefined && (bare.endsWith(':') || (NOT_TEXT.test(bare) && !DAY.test(bare)))) return undefined;
    entry[key] = quoted === undefined ? (bare ?? '') : (JSON.parse(quoted) as string);
  }
  return Object.keys(entry).length === 0 ? undefined : entry;
}

/** Where the entry begins, or one of its fields, or that field's value. */
function columnOf(line: string, field: string | number | undefined, ofKey: boolean): number {
  const start = line.indexOf('{');
  if (field === undefined) return start;
  const at = line.indexOf(` ${field}: `);
  return at === -1 ? start : at + (ofKey ? 1 : String(field).length + 3);
}
