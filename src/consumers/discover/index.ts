import { readCode } from './code.ts';
import { readManifest } from './manifest.ts';
import { readTerraform } from './terraform.ts';
import { readWorkflow } from './workflow.ts';
import type { Told } from './reference.ts';

export type { Reference, Told } from './reference.ts';

const CODE = /\.(?:[cm]?[jt]sx?|py|rb|go|java|kt|rs|php|cs|scala|vue|svelte)$/;

/** Which secrets a file takes, by its path in the repository; nothing for files of no kind that is known. */
export function consumersIn(path: string, text: string): Told {
  const name = path.split('/').at(-1) ?? '';
  if (/(?:^|\/)\.(?:github|gitea|forgejo)\/workflows\/[^/]+\.ya?ml$/.test(path) || /^action\.ya?ml$/.test(name)) return readWorkflow(text);
  if (/^(?:docker-)?compose[^/]*\.ya?ml$/.test(name)) return readManifest(text, true);
  if (/\.ya?ml$/.test(name)) return readManifest(text, false);
  if (/\.tf$/.test(name)) return readTerraform(text);
  return CODE.test(name) ? readCode(text) : { references: [] };
}
