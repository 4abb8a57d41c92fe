import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

interface Field {
  readonly type: string;
  readonly args: Readonly<Record<string, string>>;
}

/** Cut out of GitHub's published schema by `src/build/cut-github-graphql.ts`. */
const { types } = JSON.parse(readFileSync(new URL('../../../fixtures/github/graphql.json', import.meta.url), 'utf8')) as { readonly types: Readonly<Record<string, Readonly<Record<string, Field>>>> };
const source = (name: string): string => readFileSync(new URL(`../../../src/forges/${name}`, import.meta.url), 'utf8');
const bare = (type: string): string => type.replace(/[![\]]/g, '');

/** What of a question breaks the schema. */
function problemsOf(question: string): readonly string[] {
  const tokens = question.match(/\.\.\.|"[^"]*"|\$?\w+|[{}():![\]]/g) ?? [];
  const found: string[] = [];
  let at = 0;
  const take = (wanted?: string): string => {
    const token = tokens[at] ?? '';
    if (wanted !== undefined && token !== wanted) throw new Error(`${wanted} is missing before ${tokens.slice(at, at + 5).join(' ')}`);
    at += 1;
    return token;
  };
  const variables = new Map<string, string>();

  function value(type: string, where: string): void {
    const token = take();
    if (token.startsWith('$')) {
      const given = variables.get(token);
      if (given === undefined || bare(given) !== bare(type) || (type.endsWith('!') && !given.endsWith('!'))) found.push(`${where}: ${token} is ${given ?? 'unknown'} and ${type} is wanted`);
    } else if (token === '{') {
      for (const input = types[bare(type)] ?? {}; tokens[at] !== '}'; ) {
        const name = take();
        take(':');
        if (input[name] === undefined) found.push(`${where}: no ${name} in ${type}`);
        value(input[name]?.type ?? '', `${where}.${name}`);
      }
      take('}');
    } else if (/^\d/.test(token) ? bare(type) !== 'Int' : token.startsWith('"') ? bare(type) !== 'String' : types[bare(type)]?.[token] === undefined) found.push(`${where}: ${token} is no ${type}`);
  }

  function selection(type: string): void {
    take('{');
    while (tokens[at] !== '}') {
      if (tokens[at] === '...') {
        at += 2;
        selection(take());
        continue;
      }
      let name = take();
      if (tokens[at] === ':') {
        take(':');
        name = take();
      }
      const field = types[type]?.[name];
      if (field === undefined) found.push(`${type} has no ${name}`);
      const given = new Set<string>();
      if (tokens[at] === '(') {
        for (take('('); tokens[at] !== ')'; ) {
          const arg = take();
          take(':');
          given.add(arg);
          if (field?.args[arg] === undefined) found.push(`${type}.${name} takes no ${arg}`);
          value(field?.args[arg] ?? '', `${type}.${name}(${arg})`);
        }
        take(')');
      }
      for (const [arg, kind] of Object.entries(field?.args ?? {})) if (kind.endsWith('!') && !given.has(arg)) found.push(`${type}.${name} needs ${arg}`);
      const isObject = Object.hasOwn(types, bare(field?.type ?? ''));
      if (isObject !== (tokens[at] === '{')) found.push(`${type}.${name} is ${isObject ? 'an object without' : 'no object and has'} fields`);
      if (tokens[at] === '{') selection(bare(field?.type ?? ''));
    }
    take('}');
  }

  take('query');
  for (take('('); tokens[at] !== ')'; ) {
    const name = take();
    take(':');
    const type = take();
    variables.set(name, tokens[at] === '!' ? type + take() : type);
  }
  take(')');
  selection('Query');
  return found;
}

const asked = [...source('github-texts.ts').matchAll(/= (?:`|')(query [\s\S]*?)(?:`|');/g)].map(([, question = '']) => question);
const parts = /const PARTS = \[([\s\S]*?)\]\.join/.exec(source('github-stamps.ts'))?.[1]?.match(/(?<=')[^']+(?=',)/g) ?? [];

describe("what GitHub's GraphQL is asked", () => {
  it.each([...asked, `query ($o0: String!, $n0: String!) { r0: repository(owner: $o0, name: $n0) { ${parts.join(' ')} } }`])('stands in its published schema: %s', (question) => {
    expect(problemsOf(question)).toEqual([]);
  });

  it('is a question for discussions, one for their comments, and six about each repository', () => {
    expect([asked.length, parts.length]).toEqual([2, 6]);
  });

  it.each([
    ['query ($o: String!) { repository(owner: $o) { id } }', 'needs name'],
    ['query ($o: String!, $n: Int!) { repository(owner: $o, name: $n) { id } }', 'is wanted'],
    ['query ($o: String!, $n: String!) { repository(owner: $o, name: $n) { stars } }', 'has no stars'],
    ['query ($o: String!, $n: String!) { repository(owner: $o, name: $n) { issues(first: 1, orderBy: { field: AGE, direction: DESC }) { totalCount } } }', 'AGE is no'],
    ['query ($o: String!, $n: String!) { repository(owner: $o, name: $n) { issues } }', 'without fields'],
  ])('would be found out: %s', (question, problem) => {
    expect(problemsOf(question).join()).toContain(problem);
  });
});
