import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ErrorObject } from 'ajv/dist/2020.js';
import { LineCounter, parseDocument, isMap, isScalar } from 'yaml';
import type { Document } from 'yaml';
import type { RuleProblem } from './rule-error.ts';
import { ruleError } from './rule-error.ts';
import { RULE_FILE_SCHEMA } from './rule-schema.ts';
import { nearest } from '../lib/nearest.ts';
import type { RuleFile } from './rule-file-types.ts';

type Path = readonly (string | number)[];

/** A file that fits its schema, and where each part of it stands. */
export interface CheckedFile<T> {
  readonly file: T;
  /** The problem at a path of the document, with its line and column. */
  readonly problemAt: (path: Path, message: string) => RuleProblem;
}

const VALIDATE = new Map<object, ReturnType<Ajv2020['compile']>>();

/** YAML to a valid rule file. Throws `RULE_INVALID` with every problem's line and column. */
export function readRuleFile(text: string, fileName: string): CheckedFile<RuleFile> {
  return readChecked(text, fileName, RULE_FILE_SCHEMA);
}

/** YAML to what a JSON Schema describes: `T` is the caller's word for it. Throws `RULE_INVALID` with every problem's line and column. */
export function readChecked<T>(text: string, fileName: string, schema: object): CheckedFile<T> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  if (document.errors.length > 0) {
    throw ruleError(
      fileName,
      document.errors.map((error) => ({ ...place(lines, error.pos[0]), message: error.message })),
    );
  }
  const problemAt = (path: Path, message: string): RuleProblem => ({ ...place(lines, offsetOf(document, path)), message });
  const value: unknown = document.toJS({ maxAliasCount: 20 });
  const validate = VALIDATE.get(schema) ?? new Ajv2020({ allErrors: true, strict: false, verbose: true }).compile(schema);
  VALIDATE.set(schema, validate);
  if (!validate(value)) {
    const errors = (validate.errors ?? []).filter((error) => error.keyword !== 'oneOf' && !isNoise(error));
    throw ruleError(
      fileName,
      (errors.length > 0 ? errors : (validate.errors ?? [])).map((error) => problemAt(pathOf(error), messageOf(error))),
    );
  }
  return { file: value as T, problemAt };
}

/** A sample may be a string or an object; the branch that was not meant is no news. */
function isNoise(error: ErrorObject): boolean {
  return /oneOf\/0\//.test(error.schemaPath) && typeof error.data === 'object';
}

function pathOf(error: ErrorObject): Path {
  const path = error.instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replace(/~1/g, '/').replace(/~0/g, '~'))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
  return error.keyword === 'additionalProperties' ? [...path, String(error.params['additionalProperty'])] : path;
}

function messageOf(error: ErrorObject): string {
  const where = error.instancePath === '' ? 'the file' : error.instancePath.slice(1).replace(/\//g, '.');
  if (error.keyword === 'additionalProperties') {
    const key = String(error.params['additionalProperty']);
    const known = Object.keys((error.parentSchema as { properties?: Record<string, unknown> }).properties ?? {});
    return `unknown key "${key}" in ${where}; expected one of ${known.join(', ')}${didYouMean(key, known)}`;
  }
  if (error.keyword === 'enum') {
    const allowed = (error.params['allowedValues'] as readonly unknown[]).map(String);
    return `${where} is ${JSON.stringify(error.data)}; expected one of ${allowed.map((value) => JSON.stringify(value)).join(', ')}${didYouMean(String(error.data), allowed)}`;
  }
  if (error.keyword === 'required') return `${where} lacks "${String(error.params['missingProperty'])}"`;
  return `${where} ${error.message ?? 'is not valid'}`;
}

function didYouMean(word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  return near === undefined ? '' : `; did you mean "${near}"?`;
}

function place(lines: LineCounter, offset: number): { readonly line: number; readonly column: number } {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

/** Offset of the key or item at `path`, else of the nearest parent that exists. */
function offsetOf(document: Document.Parsed, path: Path): number {
  for (let length = path.length; length > 0; length -= 1) {
    const parent: unknown = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
    const last = path[length - 1];
    if (isMap(parent)) {
      const pair = parent.items.find(({ key }) => isScalar(key) && key.value === last);
      if (pair !== undefined && isScalar(pair.key) && pair.key.range) return pair.key.range[0];
    } else {
      const node: unknown = document.getIn(path.slice(0, length), true);
      const range = (node as { readonly range?: readonly number[] } | undefined)?.range;
      if (range?.[0] !== undefined) return range[0];
    }
  }
  return 0;
}
