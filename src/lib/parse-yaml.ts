import { isAlias, isMap, isNode, isPair, isScalar, isSeq, LineCounter, parseDocument, visit, type Document, type ErrorCode, type YAMLMap } from 'yaml';

/** 1-based, columns in UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Why a text is no YAML; never quotes it. */
export interface YamlProblem {
  readonly at: Position;
  readonly message: string;
}

export type Path = readonly (string | number)[];

/** Plain data of a YAML document, and where each part of it stands. */
export interface ParsedYaml {
  readonly data: unknown;
  /** Of the value at `path`, or of the nearest thing around it that exists. */
  readonly positionOf: (path: Path) => Position;
  /** Of the key `path.at(-1)` itself. */
  readonly positionOfKey: (path: Path) => Position;
}

/** Own sentences: those of the parser quote the file, where a secret may stand. */
const SENTENCES: Readonly<Record<ErrorCode, string>> = {
  ALIAS_PROPS: 'an alias cannot have a tag or an anchor',
  BAD_ALIAS: 'the alias names no anchor before it',
  BAD_COLLECTION_TYPE: 'the tag does not fit this collection',
  BAD_DIRECTIVE: 'unknown or misplaced YAML directive',
  BAD_DQ_ESCAPE: 'invalid escape sequence in a double-quoted text; use single quotes if a backslash is meant',
  BAD_INDENT: 'wrong indentation',
  BAD_PROP_ORDER: 'anchor or tag in the wrong place',
  BAD_SCALAR_START: 'a text cannot begin with this character; quote it',
  BLOCK_AS_IMPLICIT_KEY: 'a nested value begins here where only a key or a simple value can stand; check indentation and quote texts that contain ": "',
  BLOCK_IN_FLOW: 'an indented block cannot stand inside { } or [ ]',
  DUPLICATE_KEY: 'the same key is given twice',
  IMPOSSIBLE: 'this is no valid YAML',
  KEY_OVER_1024_CHARS: 'a key is over 1024 characters long',
  MISSING_CHAR: 'a character is missing: a closing quote, bracket, a comma or a colon',
  MULTILINE_IMPLICIT_KEY: 'a key must stand on one line and be followed by a colon',
  MULTIPLE_ANCHORS: 'two anchors on one value',
  MULTIPLE_DOCS: 'a second document begins here; a configuration is one document',
  MULTIPLE_TAGS: 'two tags on one value',
  NON_STRING_KEY: 'a key must be text',
  RESOURCE_EXHAUSTION: 'aliases multiply too often',
  TAB_AS_INDENT: 'a tab cannot indent YAML; use spaces',
  TAG_RESOLVE_FAILED: 'unknown tag, or a value that does not fit its tag',
  UNEXPECTED_TOKEN: 'this is not expected here',
};

/** Reads YAML 1.2 (core schema): the data with positions, or what is wrong with it. An empty file is an empty mapping. */
export function parseYaml(text: string): { readonly ok: true; readonly yaml: ParsedYaml } | { readonly ok: false; readonly problems: readonly YamlProblem[] } {
  const lines = new LineCounter();
  const positionAt = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const failed = (offset: number, message: string) => ({ ok: false as const, problems: [{ at: positionAt(offset), message }] });
  try {
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true, stringKeys: true, version: '1.2', logLevel: 'error' });
    const wrong = [...document.errors, ...document.warnings];
    if (wrong.length > 0) {
      const problems = wrong.map((error) => ({ at: positionAt(error.pos[0]), message: SENTENCES[error.code] }));
      return { ok: false, problems };
    }
    const lost = unresolvedAliases(document);
    if (lost.length > 0) return { ok: false, problems: lost.map((offset) => ({ at: positionAt(offset), message: SENTENCES.BAD_ALIAS })) };
    if (document.contents === null || (isScalar(document.contents) && document.contents.value === null)) {
      return { ok: true, yaml: { data: {}, positionOf: () => positionAt(0), positionOfKey: () => positionAt(0) } };
    }
    const data: unknown = document.toJS({ maxAliasCount: 100 });
    const find = finder(document);
    return {
      ok: true,
      yaml: {
        data,
        positionOf: (path) => positionAt(find(path, false)),
        positionOfKey: (path) => positionAt(find(path, true)),
      },
    };
  } catch (error) {
    if (error instanceof RangeError) return failed(0, 'the file is nested too deeply');
    if (error instanceof ReferenceError) return failed(0, 'aliases multiply too often, or an alias lies inside its own anchor');
    throw error;
  }
}

/** Offsets of aliases that name no anchor before them. */
function unresolvedAliases(document: Document.Parsed): readonly number[] {
  const offsets: number[] = [];
  visit(document, {
    Alias(_key, node) {
      if (node.resolve(document) === undefined) offsets.push(node.range?.[0] ?? 0);
    },
  });
  return offsets;
}

function finder(document: Document.Parsed): (path: Path, wantKey: boolean) => number {
  const resolved = (node: unknown): unknown => (isAlias(node) ? node.resolve(document) : node);
  const offsetOf = (node: unknown, otherwise: number): number => (isNode(node) ? (node.range?.[0] ?? otherwise) : otherwise);
  return (path, wantKey) => {
    let node: unknown = document.contents;
    let offset = offsetOf(node, 0);
    for (const [index, step] of path.entries()) {
      const here = resolved(node);
      const pair = isMap(here) ? pairOf(here, String(step)) : undefined;
      const next: unknown = pair !== undefined ? pair.value : isSeq(here) ? here.items[Number(step)] : undefined;
      if (pair === undefined && next === undefined) return offset;
      const keyOffset = pair === undefined ? offset : offsetOf(pair.key, offset);
      if (wantKey && index === path.length - 1) return keyOffset;
      offset = offsetOf(next, keyOffset);
      node = next;
    }
    return offset;
  };
}

function pairOf(map: YAMLMap, key: string): { readonly key: unknown; readonly value: unknown } | undefined {
  const pair = map.items.find((item) => isPair(item) && isScalar(item.key) && String(item.key.value) === key);
  return pair === undefined ? undefined : { key: pair.key, value: pair.value };
}
