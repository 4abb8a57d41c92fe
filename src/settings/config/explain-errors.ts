import { listOf, nearest } from '../../lib/nearest.ts';
import { shownKey, type Problem } from './problem.ts';
import type { ParsedYaml, Path } from '../../lib/parse-yaml.ts';

/** The part of ajv's `ErrorObject` that a standalone validator gives and we read. */
export interface SchemaError {
  readonly keyword: string;
  readonly instancePath: string;
  readonly schemaPath: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** Turns what the validator says into problems for people: what was expected here, and the nearest spelling. */
export function explainErrors(errors: readonly SchemaError[], yaml: ParsedYaml, schema: unknown): readonly Problem[] {
  const problems: Problem[] = [];
  const seen = new Set<string>();
  for (const error of withoutEchoes(errors)) {
    const problem = explain(error, yaml, schema);
    const id = `${problem.at.line}:${problem.at.column}:${problem.message}`;
    if (seen.has(id)) continue;
    seen.add(id);
    problems.push(problem);
  }
  return problems;
}

/**
 * Choices (`anyOf`, `oneOf`) fail once in each branch. Kept: the errors of the branches whose type fits the value; if
 * none fits, the choice itself. `if` only repeats what `then` said.
 */
function withoutEchoes(errors: readonly SchemaError[]): readonly SchemaError[] {
  const dropped = new Set<SchemaError>();
  for (const choice of errors) {
    if (choice.keyword === 'if') dropped.add(choice);
    if (choice.keyword !== 'anyOf' && choice.keyword !== 'oneOf') continue;
    const inside = errors.filter((error) => error.schemaPath.startsWith(`${choice.schemaPath}/`));
    const branchOf = (error: SchemaError): string => error.schemaPath.slice(choice.schemaPath.length + 1).split('/')[0] ?? '';
    const misfits = new Set(inside.filter((error) => error.instancePath === choice.instancePath && isShape(error)).map(branchOf));
    const fitting = inside.filter((error) => !misfits.has(branchOf(error)));
    for (const error of inside) if (fitting.length === 0 || misfits.has(branchOf(error))) dropped.add(error);
    if (fitting.length > 0) dropped.add(choice);
  }
  return errors.filter((error) => !dropped.has(error));
}

function isShape(error: SchemaError): boolean {
  return error.keyword === 'type' || error.keyword === 'const' || error.keyword === 'enum';
}

function explain(error: SchemaError, yaml: ParsedYaml, schema: unknown): Problem {
  const path = pathOf(error.instancePath);
  const at = yaml.positionOf(path);
  const value = valueAt(yaml.data, path);
  const around = schemaAround(schema, error.schemaPath);
  const where = path.length === 0 ? '' : `${nameOf(path)}: `;
  switch (error.keyword) {
    case 'additionalProperties':
    case 'unevaluatedProperties': {
      const key = String(error.params.additionalProperty ?? error.params.unevaluatedProperty);
      return unknownKey(key, [...path, key], Object.keys(propertiesOf(around)), yaml);
    }
    case 'required':
      return { at, code: 'CONFIG_MISSING_KEY', message: `${where}\`${String(error.params.missingProperty)}\` is missing` };
    case 'enum': {
      const allowed = (error.params.allowedValues as readonly unknown[]).map(String);
      const meant = typeof value === 'string' ? nearest(value, allowed) : undefined;
      return { at, code: 'CONFIG_WRONG_VALUE', message: `${where}expected ${listOf(allowed, 60)}`, ...hinted(meant) };
    }
    case 'minItems':
    case 'minProperties':
      return { at, code: 'CONFIG_WRONG_VALUE', message: `${where}must not be empty${described(around)}` };
    case 'type':
      return { at, code: 'CONFIG_WRONG_TYPE', message: `${where}expected ${expected(around)}, found ${kindOf(value)}` };
    default:
      return { at, code: 'CONFIG_WRONG_VALUE', message: `${where}expected ${expected(around)}${fits(around, value) ? '' : `, found ${kindOf(value)}`}` };
  }
}

function unknownKey(key: string, path: Path, known: readonly string[], yaml: ParsedYaml): Problem {
  const at = yaml.positionOfKey(path);
  const parent = path.length > 1 ? ` in ${nameOf(path.slice(0, -1))}` : '';
  const fromEnvironment = known.find((name) => name === `${key}-env`);
  const meant = fromEnvironment ?? nearest(key, known);
  const hint =
    fromEnvironment !== undefined
      ? { hint: `secrets do not stand in the configuration: put the value into an environment variable and name it in \`${fromEnvironment}\`` }
      : hinted(meant);
  return { at, code: 'CONFIG_UNKNOWN_KEY', message: `unknown key ${shownKey(key)}${parent}, expected ${known.length === 0 ? 'none at all' : listOf(known, 30)}`, ...hint };
}

function hinted(meant: string | undefined): { readonly hint?: string } {
  return meant === undefined ? {} : { hint: `did you mean \`${meant}\`?` };
}

/** `stores[1].auth.method`; odd keys are not shown. */
export function nameOf(path: Path): string {
  return path
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : `${index === 0 ? '' : '.'}${/^[A-Za-z0-9_*-]{1,40}$/.test(step) ? step : '(key)'}`))
    .join('');
}

function pathOf(pointer: string): Path {
  if (pointer === '') return [];
  return pointer
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step));
}

function valueAt(data: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, step) => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[step] : undefined), data);
}

/** The schema object that holds the keyword which failed. */
function schemaAround(schema: unknown, schemaPath: string): Readonly<Record<string, unknown>> {
  const steps = schemaPath.replace(/^#\/?/, '').split('/').slice(0, -1);
  const found = steps.reduce<unknown>((value, step) => {
    const key = decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~');
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
  }, schema);
  return typeof found === 'object' && found !== null ? (found as Record<string, unknown>) : {};
}

function propertiesOf(schema: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return (schema.properties as Readonly<Record<string, unknown>> | undefined) ?? {};
}

function described(schema: Readonly<Record<string, unknown>>): string {
  return typeof schema.description === 'string' ? `, expected ${schema.description}` : '';
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  object: 'a mapping',
  array: 'a list',
  string: 'text',
  boolean: 'true or false',
  integer: 'a whole number',
  number: 'a number',
  null: 'nothing',
};

/** In words: the description if there is one, else the types and choices of the schema and its branches. */
function expected(schema: Readonly<Record<string, unknown>>): string {
  if (typeof schema.description === 'string') return schema.description;
  if (Array.isArray(schema.enum)) return listOf(schema.enum.map(String), 60);
  if ('const' in schema) return String(schema.const);
  const branches = (schema.anyOf ?? schema.oneOf) as readonly Readonly<Record<string, unknown>>[] | undefined;
  if (branches !== undefined) return listOf([...new Set(branches.map(expected))]);
  const types = Array.isArray(schema.type) ? schema.type : [schema.type];
  const words = types.map((type) => TYPE_NAMES[String(type)] ?? 'another value');
  const bounds = [
    ...(typeof schema.minimum === 'number' ? [`at least ${schema.minimum}`] : []),
    ...(typeof schema.maximum === 'number' ? [`at most ${schema.maximum}`] : []),
    ...(schema.minLength === 1 ? ['not empty'] : []),
  ];
  return [listOf(words), ...bounds].join(', ');
}

function fits(schema: Readonly<Record<string, unknown>>, value: unknown): boolean {
  return schema.type !== undefined && schema.type === (Array.isArray(value) ? 'array' : typeof value);
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  if (typeof value === 'boolean') return 'true or false';
  return typeof value === 'number' ? 'a number' : 'text';
}
