import { linesOf, type Reference, type Told } from './reference.ts';

/** Blocks that hold or read a secret, with the attribute that names it. */
const BLOCKS: Readonly<Record<string, { readonly holder: Reference['holder']; readonly name: string; readonly within?: string }>> = {
  github_actions_secret: { holder: 'github-actions', name: 'secret_name', within: 'repository' },
  github_actions_environment_secret: { holder: 'github-actions', name: 'secret_name', within: 'repository' },
  github_actions_organization_secret: { holder: 'github-actions', name: 'secret_name' },
  gitlab_project_variable: { holder: 'gitlab-ci', name: 'key', within: 'project' },
  gitlab_group_variable: { holder: 'gitlab-ci', name: 'key', within: 'group' },
  aws_secretsmanager_secret: { holder: 'aws-secrets-manager', name: 'name' },
  aws_secretsmanager_secret_version: { holder: 'aws-secrets-manager', name: 'secret_id' },
  vault_kv_secret_v2: { holder: 'vault-kv', name: 'name', within: 'mount' },
  vault_generic_secret: { holder: 'vault-kv', name: 'path' },
  kubernetes_secret: { holder: 'kubernetes', name: 'name', within: 'namespace' },
  kubernetes_secret_v1: { holder: 'kubernetes', name: 'name', within: 'namespace' },
};

/** Secrets of services that are no consumers of ours, by how their types begin. */
const FOREIGN = /^(?:aws_ssm_parameter|azurerm_key_vault_secret|google_secret_manager_secret\w*|vault_(?!kv_secret_v2|generic_secret)\w*secret\w*|(?:doppler|onepassword|infisical)_\w+|circleci_\w*variable\w*|bitbucket_\w*variable\w*|tfe_variable)$/;

/** Data and resources of Terraform that hold secrets. A name that is an expression is told as unread. */
export function readTerraform(text: string): Told {
  const references: Reference[] = [];
  const made: string[] = [];
  const foreign: string[] = [];
  let variable: { readonly name: string; readonly line: number } | undefined;
  let open: { readonly type: string; readonly line: number; readonly label: string; readonly attributes: Map<string, string> } | undefined;
  for (const { line, text: part } of linesOf(text)) {
    const head = /^\s*(?:data|resource|ephemeral)\s+"([a-z0-9_]+)"\s+"([^"]*)"/.exec(part);
    if (head?.[1] !== undefined) open = { type: head[1], line, label: head[2] ?? '', attributes: new Map() };
    const input = /^variable\s+"([A-Za-z_][\w-]*)"/.exec(part);
    if (input?.[1] !== undefined) variable = { name: input[1], line };
    if (variable !== undefined && /^\s+sensitive\s*=\s*true\b/.test(part)) references.push({ holder: 'environment', name: `TF_VAR_${variable.name}`, line: variable.line });
    if (/^\}/.test(part)) variable = undefined;
    const attribute = /^\s+([a-z_]+)\s*=\s*(.*?)\s*$/.exec(part);
    if (open !== undefined && attribute?.[1] !== undefined && !open.attributes.has(attribute[1])) open.attributes.set(attribute[1], attribute[2] ?? '');
    if (open === undefined || !/^\}/.test(part)) continue;
    if (FOREIGN.test(open.type)) foreign.push(open.type);
    const block = BLOCKS[open.type];
    if (block !== undefined) {
      const name = literal(open.attributes.get(block.name));
      const within = block.within === undefined ? undefined : literal(open.attributes.get(block.within));
      if (name === undefined) made.push(`${open.type}.${open.label}`);
      else references.push({ holder: block.holder, name, ...(within === undefined ? {} : { within }), line: open.line });
    }
    open = undefined;
  }
  const why = [...(made.length === 0 ? [] : [`names secrets by expressions (${made.slice(0, 3).join(', ')})`]), ...(foreign.length === 0 ? [] : [`has secrets that rotate does not know (${[...new Set(foreign)].slice(0, 3).join(', ')})`])];
  return { references, ...(why.length === 0 ? {} : { unread: why.join('; ') }) };
}

function literal(text: string | undefined): string | undefined {
  const value = /^"([^"$]*)"$/.exec(text ?? '')?.[1];
  return value === '' ? undefined : value;
}
