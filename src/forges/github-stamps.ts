import { createHash } from 'node:crypto';
import { fieldAt, GitHubError, isFields, listAt, numberAt, textAt, type GitHub } from '../github/index.ts';
import type { ForgeRepository, TextKind } from './forge.ts';

/** Repositories of one question, which costs five points of the 5,000 of an hour; those that are too much at once are asked for in two. */
const ASKED_AT_ONCE = 100;
const LEAST_AT_ONCE = 10;

/** How GitHub ends a question that takes it more than ten seconds: 502, or a connection that is closed. */
const TOO_MUCH: ReadonlySet<GitHubError['trouble']> = new Set(['refused', 'unreachable', 'malformed']);

const PARTS = [
  'issues(first: 1, orderBy: { field: UPDATED_AT, direction: DESC }) { totalCount nodes { updatedAt } }',
  'pullRequests(first: 1, orderBy: { field: UPDATED_AT, direction: DESC }) { totalCount nodes { updatedAt } }',
  'discussions(first: 1, orderBy: { field: UPDATED_AT, direction: DESC }) { totalCount nodes { updatedAt } }',
  'commitComments(last: 1) { totalCount nodes { updatedAt } }',
  'releases(first: 5, orderBy: { field: CREATED_AT, direction: DESC }) { totalCount nodes { updatedAt } }',
  'workflows: object(expression: "HEAD:.github/workflows") { oid }',
].join(' ');

const FIELDS: readonly (readonly [TextKind, string])[] = [['issues', 'issues'], ['pulls', 'pullRequests'], ['discussions', 'discussions'], ['commits', 'commitComments'], ['releases', 'releases']];

/**
 * Adds to repositories how many texts lie beside each and when one last changed, by one question for a hundred of them: most have
 * none, and a second run asks only for what changed. Where GitHub does not tell, they are left as they are and will be read.
 */
export async function* withStamps(api: GitHub, repositories: AsyncIterable<ForgeRepository>): AsyncGenerator<ForgeRepository> {
  let batch: ForgeRepository[] = [];
  for await (const repository of repositories) {
    batch.push(repository);
    if (batch.length < ASKED_AT_ONCE) continue;
    yield* await stamped(api, batch);
    batch = [];
  }
  yield* await stamped(api, batch);
}

async function stamped(api: GitHub, batch: readonly ForgeRepository[]): Promise<readonly ForgeRepository[]> {
  const asked = batch.filter(({ name, texts }) => texts === true && name.includes('/'));
  if (asked.length === 0) return batch;
  const parameters = asked.map((_, index) => `$o${index}: String!, $n${index}: String!`).join(', ');
  const parts = asked.map((_, index) => `r${index}: repository(owner: $o${index}, name: $n${index}) { ${PARTS} }`).join(' ');
  const variables = Object.fromEntries(asked.flatMap(({ name }, index) => {
    const [owner = '', repo = ''] = name.split('/');
    return [[`o${index}`, owner], [`n${index}`, repo]];
  }));
  let answer: unknown;
  try {
    answer = await api.graphql(`query (${parameters}) { ${parts} }`, variables, 'the list of repositories');
  } catch (error) {
    if (!(error instanceof GitHubError)) throw error;
    if (batch.length < 2 * LEAST_AT_ONCE || !TOO_MUCH.has(error.trouble)) return batch;
    const half = Math.ceil(batch.length / 2);
    return [...(await stamped(api, batch.slice(0, half))), ...(await stamped(api, batch.slice(half)))];
  }
  const found = new Map(asked.map((repository, index) => [repository, fieldAt(answer, 'data', `r${index}`)]));
  return batch.map((repository) => {
    const facts = found.get(repository);
    const counts = FIELDS.map(([kind, field]) => [kind, numberAt(facts, field, 'totalCount')] as const);
    if (counts.some(([, count]) => count === undefined)) return repository;
    const told = FIELDS.map(([, field]) => [numberAt(facts, field, 'totalCount'), listAt(facts, field, 'nodes').map((node) => textAt(node, 'updatedAt') ?? '')]);
    return { ...repository, textCounts: Object.fromEntries(counts) as Record<TextKind, number>, textsStamp: createHash('sha256').update(JSON.stringify(told)).digest('hex'), ...(isFields(facts) && Object.hasOwn(facts, 'workflows') ? { hasWorkflows: facts['workflows'] !== null } : {}) };
  });
}
