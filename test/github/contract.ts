import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { OPERATIONS, type OperationId } from '../../src/github/operations.ts';

type Json = Readonly<Record<string, unknown>>;

/** GitHub's own description of the operations that we call, cut by `src/build/cut-github-openapi.ts`. */
const DOCUMENT = JSON.parse(readFileSync(new URL('../../fixtures/github/openapi.json', import.meta.url), 'utf8')) as Json;
const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
ajv.addSchema(DOCUMENT, 'github');
const validators = new Map<string, ValidateFunction>();

export interface Operation {
  readonly id: OperationId;
  readonly method: string;
  readonly needs: string;
  /** Matches the path below the API's base; groups are the template's names. */
  readonly path: RegExp;
  readonly pointer: string;
}

const escaped = (text: string): string => text.replaceAll('~', '~0').replaceAll('/', '~1');

export const ALL: readonly Operation[] = Object.entries(OPERATIONS).map(([id, { route, needs }]) => {
  const [method = '', template = ''] = route.split(' ');
  return { id: id as OperationId, method, needs, path: new RegExp(`^${template.replace(/\{(\w+)\}/g, (_whole, name: string) => `(?<${name}>[^/]+)`)}$`), pointer: `/paths/${escaped(template)}/${method.toLowerCase()}` };
});

function at(pointer: string): unknown {
  return pointer.split('/').slice(1).reduce<unknown>((value, key) => (value as Json | undefined)?.[key.replaceAll('~1', '/').replaceAll('~0', '~')], DOCUMENT);
}

/** Follows `$ref` and gives where the thing itself stands. */
function resolve(pointer: string): string {
  const { $ref } = (at(pointer) ?? {}) as { readonly $ref?: string };
  return $ref === undefined ? pointer : resolve($ref.slice(1));
}

function problems(pointer: string, value: unknown): readonly string[] {
  const validate = validators.get(pointer) ?? ajv.compile({ $ref: `github#${encodeURI(pointer)}` });
  validators.set(pointer, validate);
  return validate(value) === true ? [] : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath || '/'} ${message ?? ''}`).slice(0, 8);
}

/** What of a request breaks GitHub's description: unknown or wrong parameters, a wrong body. */
export function requestProblems(operation: Operation, query: URLSearchParams, body: unknown): readonly string[] {
  const listed = Array.isArray((at(operation.pointer) as Json).parameters) ? ((at(operation.pointer) as Json).parameters as readonly unknown[]) : [];
  const parameters = listed.map((_one, index) => resolve(`${operation.pointer}/parameters/${index}`)).map((pointer) => ({ pointer, ...(at(pointer) as { readonly name: string; readonly in: string }) }));
  const found: string[] = [];
  for (const [name, text] of query) {
    const known = parameters.find((parameter) => parameter.in === 'query' && parameter.name === name);
    if (known === undefined) found.push(`unknown query parameter ${name}`);
    else found.push(...problems(`${known.pointer}/schema`, /^\d+$/.test(text) ? Number(text) : text === 'true' ? true : text === 'false' ? false : text).map((problem) => `${name}: ${problem}`));
  }
  const schema = `${operation.pointer}/requestBody/content/application~1json/schema`;
  if (at(schema) !== undefined) found.push(...problems(schema, body).map((problem) => `body ${problem}`));
  else if (body !== undefined) found.push('a body where none belongs');
  return found;
}

/** Where the schema of an answer stands; undefined where it has no body. Throws for a status that the operation is not described to give. */
function answerSchema(operation: Operation, status: number): string | undefined {
  const declared = `${operation.pointer}/responses/${status}`;
  if (at(declared) === undefined) {
    // Every call may be refused, throttled or fail, whether its description says so or not.
    if ([401, 403, 404, 410, 422, 429, 500, 502, 503].includes(status)) return '/components/schemas/basic-error';
    throw new Error(`${operation.id} is not described to answer ${status}`);
  }
  const schema = `${resolve(declared)}/content/application~1json/schema`;
  return at(schema) === undefined ? undefined : resolve(schema);
}

export function answerProblems(operation: Operation, status: number, value: unknown): readonly string[] {
  const schema = answerSchema(operation, status);
  if (schema === undefined) return value === undefined ? [] : ['a body where none belongs'];
  return problems(schema, value);
}

/** The smallest answer that GitHub's description allows, with the given fields laid over it. */
export function sample(operation: Operation, status: number, over: unknown): unknown {
  const schema = answerSchema(operation, status);
  return schema === undefined ? undefined : fill(schema, over);
}

function fill(pointer: string, over: unknown): unknown {
  const here = resolve(pointer);
  const schema = at(here) as Json;
  if (Array.isArray(over)) return over.map((member) => fill(`${here}/items`, member));
  if (over !== undefined && (typeof over !== 'object' || over === null)) return over;
  for (const key of ['allOf', 'anyOf', 'oneOf'] as const) {
    const parts = schema[key] as readonly Json[] | undefined;
    if (parts === undefined) continue;
    if (key === 'allOf') return Object.assign({}, ...parts.map((_part, index) => fill(`${here}/${key}/${index}`, over)));
    // The first that knows every field that was given.
    const knows = (_part: Json, part: number): boolean => {
      const known = (at(resolve(`${here}/${key}/${part}`)) as Json).properties as Json | undefined;
      return known !== undefined && Object.keys((over ?? {}) as Json).every((name) => Object.hasOwn(known, name));
    };
    const fitting = over === undefined ? 0 : parts.findIndex(knows);
    const index = fitting >= 0 ? fitting : Math.max(0, parts.findIndex((part) => part.type !== 'null'));
    return fill(`${here}/${key}/${index}`, over);
  }
  if (Array.isArray(schema.enum)) return over ?? schema.enum[0];
  const types = Array.isArray(schema.type) ? (schema.type as readonly string[]) : [schema.type as string | undefined];
  if (over === undefined && types.includes('null')) return null;
  switch (types[0]) {
    case 'object':
    case undefined: {
      const properties = (schema.properties ?? {}) as Json;
      const names = new Set([...((schema.required ?? []) as readonly string[]), ...Object.keys((over ?? {}) as Json)]);
      return Object.fromEntries([...names].map((name) => [name, Object.hasOwn(properties, name) ? fill(`${here}/properties/${escaped(name)}`, (over as Json | undefined)?.[name]) : (over as Json | undefined)?.[name]]));
    }
    case 'array':
      return [];
    case 'integer':
    case 'number':
      return typeof schema.minimum === 'number' ? schema.minimum : 1;
    case 'boolean':
      return false;
    case 'null':
      return null;
    default:
      return '';
  }
}
