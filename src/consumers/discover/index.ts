import { foreign, isConfiguration, namedIn, readConfiguration } from './configuration.ts';
import { readCode } from './code.ts';
import { readManifest } from './manifest.ts';
import { readTerraform } from './terraform.ts';
import { readWorkflow } from './workflow.ts';
import { linesOf, type Told } from './reference.ts';

export type { Reference, Told } from './reference.ts';

const CODE = /\.(?:[cm]?[jt]sx?|py|rb|go|java|kt|rs|php|cs|scala|vue|svelte)$/;

const KNOWN = /\.(?:ya?ml|tf|tofu|[cm]?[jt]sx?|py|rb|go|java|kt|rs|php|cs|scala|vue|svelte)$|\.tf\.json$|task-?def[^/]*\.json$/;

/** Whether a file of this path may take a secret in a way that is known. */
export function mayTell(path: string): boolean {
  return KNOWN.test(path) || isConfiguration(path);
}

/** Which secrets a file takes, by its path in the repository; nothing for files of no kind that is known. */
export function consumersIn(path: string, text: string): Told {
  const name = path.split('/').at(-1) ?? '';
  if (/(?:^|\/)\.(?:github|gitea|forgejo)\/workflows\/[^/]+\.ya?ml$/.test(path) || /^action\.ya?ml$/.test(name)) return readWorkflow(text);
  if (/^(?:docker-)?compose[^/]*\.ya?ml$/.test(name)) return readManifest(text, true);
  if (isConfiguration(path)) return readConfiguration(path, text);
  if (/\.ya?ml$/.test(name)) return withNamed(readManifest(text, false), text);
  if (/\.(?:tf|tofu)$/.test(name)) return readTerraform(text);
  if (/\.(?:tf|task-definition|taskdef)\.json$|(?:^|-)task-?def[^/]*\.json$/.test(name)) return withNamed({ references: [] }, text);
  return CODE.test(name) ? readCode(text) : { references: [] };
}

/** Adds what stands in a file by the full name that it has in a vault, and what is of systems that we do not know. */
function withNamed({ references, unread }: Told, text: string): Told {
  const other = foreign(text).unread;
  const why = [unread, other].filter((one) => one !== undefined).join('; ');
  return { references: [...references, ...linesOf(text).flatMap(({ line, text: part }) => namedIn(part, line))], ...(why === '' ? {} : { unread: why }) };
}
