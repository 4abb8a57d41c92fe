import { readdir, readFile } from 'node:fs/promises';

/**
 * The licence texts of the packages whose code is in the bundle, as their licences ask. `inputs` are paths relative to
 * `root`. Throws when a bundled package says nothing of its licence.
 */
export async function licencesOf(root: string, inputs: readonly string[]): Promise<string> {
  const folders = new Set(inputs.flatMap((input) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? []));
  const texts = await Promise.all([...folders].sort().map((folder) => licenceOf(`${root}${folder}`)));
  return `Packages whose code is part of tokenwarden's bundled files, with their licences.\n\n${texts.join('\n')}`;
}

async function licenceOf(folder: string): Promise<string> {
  const { name, version, license } = JSON.parse(await readFile(`${folder}/package.json`, 'utf8')) as { readonly name: string; readonly version: string; readonly license?: string };
  const file = (await readdir(folder)).filter((entry) => /^(?:licen[cs]e|copying)(?:[.-].*)?$/i.test(entry)).sort()[0];
  if (file === undefined && license === undefined) throw new Error(`${name} ${version} is bundled and names no licence`);
  const text = file === undefined ? `Licence: ${license ?? ''}` : (await readFile(`${folder}/${file}`, 'utf8')).trim();
  return `${'='.repeat(80)}\n${name} ${version} (${license ?? 'see below'})\n\n${text}\n`;
}
