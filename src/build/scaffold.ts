import { access, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { nearest } from '../lib/nearest.ts';
import { WardenError } from '../model/index.ts';
import type { GeneratedFile } from './generated-file.ts';

/** What a scaffold is going to write, and what the person does then. */
export interface Scaffold {
  readonly files: readonly GeneratedFile[];
  readonly next: string;
}

const NAME = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
const MAX_NAME_LENGTH = 40;
/** Names that generators or the style of the house keep for themselves. */
const TAKEN = new Set(['registry', 'index', 'utils', 'util', 'helpers', 'helper', 'manager', 'common']);

/** Kinds are the folders of `templates/`; a template's path is the path of what it makes, with `NAME` for the name. */
export async function kindsOf(templates: string): Promise<readonly string[]> {
  const entries = await readdir(templates, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name).sort();
}

/**
 * The files of a new unit, from `templates/<kind>/`; nothing is written. Throws `SCAFFOLD_USAGE` for a kind that is not
 * there or a name that is not kebab-case.
 */
export async function planScaffold(templates: string, kind: string | undefined, name: string | undefined): Promise<Scaffold> {
  const kinds = await kindsOf(templates);
  const usage = `npm run new -- ${kinds.join('|')} NAME`;
  if (kind === undefined || name === undefined) throw new WardenError('SCAFFOLD_USAGE', 'a kind and a name are needed', { hint: usage });
  if (!kinds.includes(kind)) {
    const near = nearest(kind, kinds);
    throw new WardenError('SCAFFOLD_USAGE', `there is no scaffold "${kind}"${near === undefined ? '' : `; did you mean "${near}"?`}`, { hint: usage });
  }
  const fault = faultOf(name);
  if (fault !== undefined) throw new WardenError('SCAFFOLD_USAGE', `${JSON.stringify(name)} cannot be the name of a ${kind}: ${fault}`, { hint: usage });
  const folder = join(templates, kind);
  const paths = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1).replaceAll('\\', '/'))
    .sort();
  const filled = await Promise.all(paths.map(async (path) => ({ path: fill(path, name).replace(/\.tmpl$/, ''), content: fill(await readFile(join(folder, path), 'utf8'), name) })));
  return { files: filled.filter((file) => file.path !== 'next.txt'), next: filled.find((file) => file.path === 'next.txt')?.content ?? '' };
}

/** Writes them all or, when one of them is already there, none. Throws `SCAFFOLD_EXISTS`. */
export async function writeScaffold(root: string, scaffold: Scaffold): Promise<void> {
  for (const file of scaffold.files) {
    const isThere = await access(join(root, file.path)).then(() => true, () => false);
    if (isThere) throw new WardenError('SCAFFOLD_EXISTS', `${file.path} is already there; nothing was written`, { hint: 'Choose another name, or edit that file.' });
  }
  for (const file of scaffold.files) {
    await mkdir(dirname(join(root, file.path)), { recursive: true });
    await writeFile(join(root, file.path), file.content, { flag: 'wx' });
  }
}

function faultOf(name: string): string | undefined {
  if (name.length > MAX_NAME_LENGTH) return `it is longer than ${MAX_NAME_LENGTH} characters`;
  if (TAKEN.has(name)) return 'the house keeps that name; name the idea';
  return NAME.test(name) ? undefined : 'a name is kebab-case: small letters, digits and single dashes, first a letter (max-lifetime)';
}

/** `NAME` stays kebab-case, `{{title}}` is for people. */
function fill(template: string, name: string): string {
  const words = name.replaceAll('-', ' ');
  return template.replaceAll('{{title}}', words.charAt(0).toUpperCase() + words.slice(1)).replaceAll('{{name}}', name).replaceAll(/\bNAME\b/g, name);
}
