import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { OPERATIONS } from '../github/operations.ts';

/**
 * Cuts `fixtures/github/openapi.json` out of GitHub's own description: the operations that we call, with what they refer to, as JSON Schema
 * 2020-12 (`nullable` becomes a type) and without prose. Run by hand when the table of operations or the version changes:
 * `node src/build/cut-github-openapi.ts`. The package unpacks to 385 MB, so it is no dependency.
 */
const PACKAGE = '@octokit/openapi@23.0.2';
const FOLDER = fileURLToPath(new URL('../../.cache/github-openapi/', import.meta.url));
const TARGET = new URL('../../fixtures/github/openapi.json', import.meta.url);

type Json = { readonly [key: string]: unknown };

const PROSE: ReadonlySet<string> = new Set(['description', 'summary', 'example', 'examples', 'externalDocs', 'tags', 'title', 'format', 'deprecated', 'x-octokit', 'x-github', 'x-multi-segment', 'links', 'readOnly', 'default', 'x-github-breaking-changes']);

function description(): Json {
  const file = `${FOLDER}package/generated/api.github.com.json`;
  if (!existsSync(file)) {
    mkdirSync(FOLDER, { recursive: true });
    const tarball = execFileSync('npm', ['pack', '--silent', PACKAGE], { cwd: FOLDER, encoding: 'utf8' }).trim().split('\n').at(-1) ?? '';
    execFileSync('tar', ['xzf', tarball, 'package/generated/api.github.com.json'], { cwd: FOLDER });
  }
  return JSON.parse(readFileSync(file, 'utf8')) as Json;
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Keys below `properties` are names of fields and never prose. */
function cut(value: unknown, areNames = false): unknown {
  if (Array.isArray(value)) return value.map((member) => cut(member));
  if (!isJson(value)) return value;
  const kept = Object.entries(value).filter(([key]) => areNames || (!PROSE.has(key) && key !== 'nullable'));
  const out: Record<string, unknown> = Object.fromEntries(kept.map(([key, member]) => [key, key === 'enum' || key === 'required' ? member : cut(member, !areNames && key === 'properties')]));
  if (areNames || value.nullable !== true) return out;
  if (typeof out.type === 'string') return { ...out, type: [out.type, 'null'], ...(Array.isArray(out.enum) && !out.enum.includes(null) ? { enum: [...(out.enum as unknown[]), null] } : {}) };
  return { anyOf: [{ type: 'null' }, out] };
}

function at(root: Json, pointer: string): unknown {
  return pointer.replace(/^#\//, '').split('/').reduce<unknown>((value, key) => (isJson(value) ? value[key.replaceAll('~1', '/').replaceAll('~0', '~')] : undefined), root);
}

const root = description();
const components: Record<string, Record<string, unknown>> = {};

function take(value: unknown): void {
  if (Array.isArray(value)) return value.forEach(take);
  if (!isJson(value)) return;
  if (typeof value.$ref === 'string') {
    const [, , group = '', name = ''] = value.$ref.split('/');
    const known = (components[group] ??= {});
    if (!Object.hasOwn(known, name)) {
      known[name] = cut(at(root, value.$ref));
      take(known[name]);
    }
  }
  Object.values(value).forEach(take);
}

const sorted = (value: Json): Json => Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));

const paths: Record<string, Record<string, unknown>> = {};
for (const [id, { route }] of Object.entries(OPERATIONS)) {
  const [method = '', path = ''] = route.split(' ');
  const described = at(root, `#/paths/${path.replaceAll('~', '~0').replaceAll('/', '~1')}/${method.toLowerCase()}`);
  if (!isJson(described) || described.operationId !== id) throw new Error(`GitHub describes no ${id} at ${route} but ${isJson(described) ? String(described.operationId) : 'nothing'}`);
  const operation = cut(described);
  take(operation);
  (paths[path] ??= {})[method.toLowerCase()] = operation;
}
const document = { openapi: root.openapi, info: { title: `cut from ${PACKAGE} (MIT, GitHub Inc. and contributors)`, version: (root.info as Json).version }, paths: sorted(paths), components: Object.fromEntries(Object.entries(components).map(([group, members]) => [group, sorted(members)])) };
mkdirSync(new URL('.', TARGET), { recursive: true });
writeFileSync(TARGET, `${JSON.stringify(document, undefined, 0)}\n`);
process.stdout.write(`${Object.keys(OPERATIONS).length} operations, ${Object.values(components).reduce((sum, group) => sum + Object.keys(group).length, 0)} components\n`);
