import { SECRET_NAME } from './code.ts';
import { linesOf, type Reference, type Told } from './reference.ts';

/** How configuration puts a variable into a text: shells, Maven and Spring, Serverless, Azure, NuGet. */
const READS = [/\$\{(?:env[.:])?([A-Za-z_]\w*)/g, /\$([A-Za-z_]\w*)/g, /\$\(([A-Za-z_]\w*)\)/g, /%([A-Za-z_]\w*)%/g];
/** Secrets by the name that a tool gives them. */
const NAMED: readonly { readonly pattern: RegExp; readonly holder: Reference['holder'] }[] = [
  { pattern: /\barn:aws[a-z-]*:secretsmanager:[a-z0-9-]*:\d*:secret:([A-Za-z0-9/_+=.@-]+)/g, holder: 'aws-secrets-manager' },
  { pattern: /\{\{-?\s*(?:with\s+)?secret\s+"([^"]+)"/g, holder: 'vault-kv' },
  { pattern: /<path:([^#<>]+)#[^<>]+>/g, holder: 'vault-kv' },
];
/** Names of secrets of systems that are no consumers of ours: nothing of theirs can be rotated, and that is said. */
const FOREIGN: readonly { readonly pattern: RegExp; readonly what: string }[] = [
  { pattern: /\bfrom_secret:\s*\S/, what: 'secrets of Drone or Woodpecker (from_secret)' },
  { pattern: /\bcredentials(?:Id\s*:\s*|\(\s*)['"]/, what: 'credentials of Jenkins' },
  { pattern: /--mount=type=secret\b/, what: 'secrets of the image build (--mount=type=secret)' },
  { pattern: /^\s*-?\s*secure:\s*\S/, what: 'encrypted values of Travis (secure:)' },
  { pattern: /\bremoteRef:/, what: 'secrets of a store that is named elsewhere (remoteRef)' },
  { pattern: /\$\{(?:ssm|cf|s3|sm)[:(]/, what: 'values of another service (${ssm:…})' },
  { pattern: /^kind:\s*(?:SealedSecret|SecretProviderClass)\b/, what: 'secrets of another kind (SealedSecret, SecretProviderClass)' },
];
const FILES = /(?:^|\/)(?:\.npmrc|\.pypirc|\.netrc|pip\.conf|\.yarnrc(?:\.yml)?|bunfig\.toml|nuget\.config|settings\.xml|dockerfile[^/]*|[^/]*\.dockerfile|jenkinsfile[^/]*|makefile|\.travis\.yml|\.drone\.ya?ml|\.woodpecker[^/]*\.ya?ml|\.gitlab-ci[^/]*\.ya?ml|bitbucket-pipelines\.ya?ml|azure-pipelines[^/]*\.ya?ml|serverless\.ya?ml|application[^/]*\.(?:ya?ml|properties)|\.circleci\/[^/]+\.ya?ml|[^/]*\.(?:sh|bash|ctmpl|tpl|groovy|properties|gradle|hcl|nomad))$/i;

const PROGRAMS = /(?:\.(?:sh|bash|groovy|gradle)|(?:^|\/)(?:makefile|jenkinsfile[^/]*))$/i;

/** Whether a file of this path is configuration that is not read as something else. */
export function isConfiguration(path: string): boolean {
  return FILES.test(path);
}

/** Variables with names of secrets in configuration of tools, and what they take from vaults by name. */
export function readConfiguration(path: string, text: string): Told {
  const references: Reference[] = [];
  const holder = /(?:^|\/)\.gitlab-ci[^/]*\.ya?ml$/i.test(path) ? ('gitlab-ci' as const) : ('environment' as const);
  // Programs have variables of their own beside those of the environment.
  const isProgram = PROGRAMS.test(path);
  const own = new Set(isProgram ? [...text.matchAll(/^\s*(?:local\s+|readonly\s+)?([A-Za-z_]\w*)\s*[:?]?=/gm)].map(([, name]) => name ?? '') : []);
  const isTold = (name: string): boolean => SECRET_NAME.test(name) && !(isProgram && (own.has(name) || name !== name.toUpperCase()));
  for (const { line, text: part } of linesOf(text)) {
    const code = part.replace(/^\s*(?:#|;|\/\/\s).*$/, '');
    const names = new Set(READS.flatMap((pattern) => [...code.matchAll(pattern)].map(([, name]) => name ?? '')).filter(isTold));
    for (const name of names) references.push({ holder, name, line });
    references.push(...namedIn(code, line));
  }
  return { references, ...foreign(text) };
}

/** What any text of configuration takes from a vault by its full name. */
export function namedIn(code: string, line: number): readonly Reference[] {
  // Secrets Manager ends the name in an ARN with six characters of its own.
  return NAMED.flatMap(({ pattern, holder }) => [...code.matchAll(pattern)].map(([, name = '']): Reference => ({ holder, name: holder === 'aws-secrets-manager' ? name.replace(/-[A-Za-z0-9]{6}$/, '') : name, line })));
}

/** Says which foreign secrets stand in a text. */
export function foreign(text: string): Pick<Told, 'unread'> {
  const found = FOREIGN.filter(({ pattern }) => linesOf(text).some(({ text: part }) => pattern.test(part))).map(({ what }) => what);
  return found.length === 0 ? {} : { unread: `takes ${found.join(', ')}, which rotate does not know` };
}
