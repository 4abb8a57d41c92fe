import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * Cuts `fixtures/github/graphql.json` out of GitHub's published GraphQL schema: of the types that our questions go through, the fields and
 * arguments whose names stand in them. Run by hand when a question or the version changes: `node src/build/cut-github-graphql.ts`.
 */
const PACKAGE = '@octokit/graphql-schema@15.26.1';
const FOLDER = fileURLToPath(new URL('../../.cache/github-graphql/', import.meta.url));
const TARGET = new URL('../../fixtures/github/graphql.json', import.meta.url);
const QUESTIONS = ['github-texts.ts', 'github-stamps.ts'].map((name) => readFileSync(new URL(`../forges/${name}`, import.meta.url), 'utf8')).join('\n');
const WORDS = new Set(QUESTIONS.match(/\w+/g));

function schema(): string {
  const file = `${FOLDER}package/schema.graphql`;
  if (!existsSync(file)) {
    mkdirSync(FOLDER, { recursive: true });
    const tarball = execFileSync('npm', ['pack', '--silent', PACKAGE], { cwd: FOLDER, encoding: 'utf8' }).trim().split('\n').at(-1) ?? '';
    execFileSync('tar', ['xzf', tarball, 'package/schema.graphql'], { cwd: FOLDER });
  }
  return readFileSync(file, 'utf8').replace(/"""[\s\S]*?"""/g, '').replace(/#.*$/gm, '');
}

interface Field {
  readonly type: string;
  readonly args: Readonly<Record<string, string>>;
}

const blocks = new Map([...schema().matchAll(/^(?:type|interface|input|enum) (\w+)[^{]*\{([\s\S]*?)^\}/gm)].map(([, name = '', body = '']) => [name, body]));
const types: Record<string, Record<string, Field>> = {};

/** `name(arg: Type = default, …): Type @directive`, over several lines. */
function take(name: string): void {
  const body = blocks.get(name);
  if (body === undefined || types[name] !== undefined) return;
  const fields: Record<string, Field> = {};
  types[name] = fields;
  for (const [, field = '', given = '', type = ''] of body.matchAll(/^ {2}(\w+)(?:\(([\s\S]*?)\n? *\))?(?:: ([\w![\]]+))?/gm)) {
    if (!WORDS.has(field)) continue;
    const args = Object.fromEntries([...given.matchAll(/(\w+): ([\w![\]]+)( = )?/g)].filter(([, arg = '', kind = '', preset]) => WORDS.has(arg) || (kind.endsWith('!') && preset === undefined)).map(([, arg = '', kind = '', preset]) => [arg, preset === undefined ? kind : kind.replace(/!$/, '')]));
    fields[field] = { type, args };
    for (const next of [type, ...Object.values(args)]) take(next.replace(/[![\]]/g, ''));
  }
}

take('Query');
take('Discussion');
writeFileSync(TARGET, `${JSON.stringify({ from: `${PACKAGE} (MIT, GitHub Inc. and contributors)`, types })}\n`);
console.log(`${Object.keys(types).length} types`);
