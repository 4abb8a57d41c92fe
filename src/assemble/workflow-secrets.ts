import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { consumersIn } from '../consumers/index.ts';
import type { SourceOptions, WorkflowSecret } from '../model/index.ts';
import { readTexts } from '../sources/index.ts';

const FOLDERS = ['.github/workflows', '.gitea/workflows', '.forgejo/workflows'];
const MAX_BYTES = 1 << 20;
/** A tree with more workflows than this is read in part. */
const MAX_FILES = 500;
/** GitHub's own limits: a name has at most 255 characters, and a repository, its organization and environments some hundred secrets each. */
const MAX_NAME = 255;
const MAX_SECRETS = 2_000;

/** Which secrets the workflows of a tree take by their names, from its files on disk. A target that is no folder has none. */
export async function workflowSecrets(root: string, { environment }: SourceOptions): Promise<readonly WorkflowSecret[]> {
  const paths = FOLDERS.flatMap((folder) => filesOf(root, folder)).slice(0, MAX_FILES);
  const secrets: WorkflowSecret[] = [];
  let index = 0;
  for await (const text of readTexts(root, paths.map((path) => ({ kind: 'file', path })), MAX_BYTES, environment)) {
    const path = paths[index] ?? '';
    index += 1;
    if (text === undefined) continue;
    if (secrets.length >= MAX_SECRETS) break;
    secrets.push(...consumersIn(path, text).references.filter(({ holder, name }) => holder === 'github-actions' && name.length <= MAX_NAME).map(({ name, line }) => ({ name, path, line })));
  }
  return secrets.slice(0, MAX_SECRETS);
}

function filesOf(root: string, folder: string): readonly string[] {
  try {
    return readdirSync(join(root, folder), { withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
      .map(({ name }) => `${folder}/${name}`)
      .sort();
  } catch {
    return [];
  }
}
