import { resolve } from 'node:path';
import { discoverConsumers, type DiscoveredReference } from '../assemble/index.ts';
import { printable } from '../lib/printable.ts';
import type { Settings } from '../settings/index.ts';
import { settingsOf } from './settings-of.ts';
import type { Call } from './command.ts';
import { interruptible } from './interrupt.ts';
import { gitVariables } from './pipeline.ts';

/** `consumers [TARGET]`: 0, or 3 where something may be missing. */
export async function runConsumers({ args, flags, io }: Call): Promise<number> {
  const settings = await settingsOf('consumers', { flags, io });
  const run = interruptible(io, undefined, (text) => void io.stderr.write(text));
  try {
    const { references, unread } = await discoverConsumers(resolve(io.cwd, args[0] ?? '.'), gitVariables(io.env), run.signal);
    const byName = [...Map.groupBy(references, ({ name, within }) => (name === '*' ? `${within ?? ''} (all of it)` : name))].sort(([a], [b]) => (a < b ? -1 : 1));
    const blocks = byName.map(([name, list]) => `${printable(name)}\n${list.map((one) => `  ${lineOf(one, settings)}`).join('\n')}\n`);
    const missing = unread.map(({ path, why }) => `  ${printable(path)}: ${printable(why)}\n`);
    await io.stdout.write(`${blocks.join('')}${missing.length === 0 ? '' : `May take more than was read:\n${missing.join('')}`}${byName.length} names in ${references.length} places.\n`);
    return missing.length === 0 ? 0 : 3;
  } finally {
    run.end();
  }
}

const HOLDERS: Readonly<Record<DiscoveredReference['holder'], string>> = {
  'github-actions': 'secret of GitHub Actions',
  kubernetes: 'Secret of Kubernetes',
  compose: 'secret of compose',
  'vault-kv': 'Vault',
  'aws-secrets-manager': 'AWS Secrets Manager',
  'gitlab-ci': 'variable of GitLab CI',
  environment: 'a variable; who sets it is not told here',
};

function lineOf(reference: DiscoveredReference, { rotations }: Settings): string {
  const { holder, within, path, line } = reference;
  const known = rotations.find(({ consumers }) => consumers.some((place) => place.type === holder && isSame(place, reference)));
  return `${printable(path)}:${line}: ${HOLDERS[holder]}${within === undefined ? '' : ` ${printable(within)}`}${known === undefined ? '' : `, known to the rotation ${known.name}`}`;
}

/** Which of a consumer's parameters is the name that references use. */
function isSame(place: Readonly<Record<string, string>>, { holder, name, within }: DiscoveredReference): boolean {
  if (holder === 'kubernetes') return place['name'] === within && (name === '*' || place['key'] === name);
  if (holder === 'github-actions') return place['name'] === name;
  if (holder === 'gitlab-ci') return place['key'] === name;
  if (holder === 'vault-kv') return place['path'] === name || `${place['mount']}/data/${place['path']}` === name || `${place['mount']}/${place['path']}` === name;
  return holder === 'aws-secrets-manager' && place['secret'] === name;
}
